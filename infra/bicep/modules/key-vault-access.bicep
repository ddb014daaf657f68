// The key vault that is there already: the server may read the secrets that it needs, and no others. Cost: none here.

param keyVaultName string
param callbackSecretName string
param callbackSecretBeforeName string
@description('Empty: no checkpoints are made.')
param checkpointSecretName string
param appPrincipalId string

// Key Vault Secrets User
var secretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')

var secretNames = concat(
  [callbackSecretName],
  empty(callbackSecretBeforeName) ? [] : [callbackSecretBeforeName],
  empty(checkpointSecretName) ? [] : [checkpointSecretName]
)

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: keyVaultName
}

resource secrets 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = [
  for secretName in secretNames: {
    parent: vault
    name: secretName
  }
]

resource appReads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secretName, index) in secretNames: {
    name: guid(vault.id, secretName, appPrincipalId, secretsUser)
    scope: secrets[index]
    properties: {
      roleDefinitionId: secretsUser
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

// Where the secrets are kept, not the secrets. Without a version: a new one is taken up by itself.
output callbackSecretUri string = '${vault.properties.vaultUri}secrets/${callbackSecretName}'
output callbackSecretBeforeUri string = empty(callbackSecretBeforeName)
  ? ''
  : '${vault.properties.vaultUri}secrets/${callbackSecretBeforeName}'
output checkpointSecretUri string = empty(checkpointSecretName)
  ? ''
  : '${vault.properties.vaultUri}secrets/${checkpointSecretName}'
