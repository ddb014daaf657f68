// The ACS resource that is there already, in its own resource group: the server may place calls with it.
// Cost: none here. Calls are billed by the minute and are by far the largest part of the whole.

param acsName string
param appPrincipalId string

// Communication and Email Service Owner. Wider than placing calls needs (it may list keys), but no built-in role is narrower
// and ACS is reported to honour no custom role (blakedrumm.com/blog/acs-custom-iam-roles-not-supported).
var communicationOwner = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '09976791-48a7-449e-bb21-39d1a415f350'
)

resource acs 'Microsoft.Communication/communicationServices@2023-04-01' existing = {
  name: acsName
}

resource appCalls 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(acs.id, appPrincipalId, communicationOwner)
  scope: acs
  properties: {
    roleDefinitionId: communicationOwner
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output acsId string = acs.id
output endpoint string = 'https://${acs.properties.hostName}'
@description('Audience of the tokens with which ACS signs its callbacks.')
output immutableResourceId string = acs.properties.immutableResourceId
@description('Fails when ACS has no system-assigned identity: switch it on first, or no prompt can be spoken.')
output principalId string = acs.identity.principalId
