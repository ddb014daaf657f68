// The topic on which the server tells other systems what became of a call.
// Cost: by the million operations, the first 100,000 a month free.

param location string
param namePrefix string
param environmentName string
param tags object
param appPrincipalId string

// EventGrid Data Sender
var dataSender = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'd5a91429-5739-47e2-a06b-3470a27159e7'
)

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: 'evgt-${namePrefix}-${environmentName}-${uniqueString(resourceGroup().id, namePrefix, environmentName)}'
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource appSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(topic.id, appPrincipalId, dataSender)
  scope: topic
  properties: {
    roleDefinitionId: dataSender
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output topicId string = topic.id
output endpoint string = topic.properties.endpoint
