// Has Event Grid deliver the call events of ACS to the server, in the resource group of ACS.
// Azure asks the server's address for its consent while this is made, so the server must run and know the name
// (EVENT_GRID_SUBSCRIPTIONS) first: deploy with deployEventSubscription false, then once more with true.
// Cost: in the system topic's.

param systemTopicName string
param subscriptionName string
param eventTypes array
param endpointUrl string

@description('Application (client) id or id URI for which Event Grid gets the token that the server checks.')
param eventGridAudience string

param deliveryIdentityId string
param deadLetterAccountId string
param deadLetterContainerName string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

resource eventSubscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: subscriptionName
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    destination: {
      endpointType: 'WebHook'
      properties: {
        // It holds no secret: deliveries carry a token of Entra ID.
        #disable-next-line use-secure-value-for-secure-inputs
        endpointUrl: endpointUrl
        azureActiveDirectoryTenantId: tenant().tenantId
        azureActiveDirectoryApplicationIdOrUri: eventGridAudience
        minimumTlsVersionAllowed: '1.2'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    filter: {
      includedEventTypes: eventTypes
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: {
        type: 'UserAssigned'
        userAssignedIdentity: deliveryIdentityId
      }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccountId
          blobContainerName: deadLetterContainerName
        }
      }
    }
  }
}
