// The AI resource that is there already: ACS may have it speak. Without this every prompt ends in PlayFailed 8565.
// Cost: speech is billed by the character.

param aiName string
param acsId string
param acsPrincipalId string

// Cognitive Services User
var cognitiveServicesUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'a97b65f3-24c7-4388-baec-2e87135dc908')

resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {
  name: aiName
}

resource acsSpeaks 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(ai.id, acsId, cognitiveServicesUser)
  scope: ai
  properties: {
    roleDefinitionId: cognitiveServicesUser
    principalId: acsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Must be the address with a name of its own (https://NAME.cognitiveservices.azure.com/), not the one of a region.')
output endpoint string = ai.properties.endpoint
