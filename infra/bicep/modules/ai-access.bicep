// The AI resource that is there already: ACS may have it speak. Without this every prompt ends in PlayFailed 8565.
// Cost: speech is billed by the character.

param aiName string
param acsPrincipalId string
@description('False where ACS was connected with it before, such as in the portal: the same role cannot be given twice.')
param assignAiRole bool

// Cognitive Services User
var cognitiveServicesUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'a97b65f3-24c7-4388-baec-2e87135dc908'
)

resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {
  name: aiName
}

resource acsSpeaks 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assignAiRole) {
  // Of the identity and not of the resource: switched off and on, ACS has another, and an assignment cannot change hands.
  name: guid(ai.id, acsPrincipalId, cognitiveServicesUser)
  scope: ai
  properties: {
    roleDefinitionId: cognitiveServicesUser
    principalId: acsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Must be the address with a name of its own (https://NAME.cognitiveservices.azure.com/), not the one of a region.')
output endpoint string = ai.properties.endpoint
