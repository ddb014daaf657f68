// The key vault that is there already: the server may read the secrets that it needs, and no others. Cost: none here.

param keyVaultName string
param secretNames string[]
param appPrincipalId string

// Key Vault Secrets User
var secretsUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-b874-0445c86b69e6'
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
