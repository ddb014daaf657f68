// What ACS tells of its calls, in the resource group of ACS. An ACS resource can have one system topic only: give the name
// of the one that is there already, and it is kept (its identities are replaced by ours).
// Cost: by the million operations, the first 100,000 a month free.

param namePrefix string
param environmentName string
param tags object

param acsId string
@description('Empty: named after the deployment.')
param systemTopicName string
param deliveryIdentityId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: empty(systemTopicName) ? 'evgst-${namePrefix}-${environmentName}' : systemTopicName
  // ACS is a global resource, so its topic must be too.
  location: 'global'
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${deliveryIdentityId}': {}
    }
  }
  properties: {
    source: acsId
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

output topicName string = topic.name
output topicId string = topic.id
