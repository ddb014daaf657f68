// What Event Grid could not deliver, in a storage account of its own: behind the firewall that the account of the log may get one
// day Event Grid would need an identity that the topic of a global resource such as ACS cannot have. Cost: next to nothing.

param location string
param namePrefix string
param environmentName string
param tags object

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string

@minValue(1)
@maxValue(365)
param deadLetterDays int

param deliveryPrincipalId string
param auditWorkspaceId string

// Storage Blob Data Contributor
var blobDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: '${namePrefix}dl${uniqueString(resourceGroup().id, namePrefix, environmentName)}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: storageSku
  }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    publicNetworkAccess: 'Enabled'
    accessTier: 'Hot'
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 14
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 14
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobService
  name: 'dead-letters'
  properties: {
    publicAccess: 'None'
  }
}

// They may hold telephone numbers: kept until somebody has looked, not for ever.
resource lifetime 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'forget-dead-letters'
          enabled: true
          type: 'Lifecycle'
          definition: {
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: deadLetterDays
                }
              }
            }
            filters: {
              blobTypes: ['blockBlob', 'appendBlob']
              prefixMatch: ['${container.name}/']
            }
          }
        }
      ]
    }
  }
}

resource deliveryWrites 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(container.id, deliveryPrincipalId, blobDataContributor)
  scope: container
  properties: {
    roleDefinitionId: blobDataContributor
    principalId: deliveryPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Who looked at them.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'dead-letters-audit'
  scope: blobService
  properties: {
    workspaceId: auditWorkspaceId
    logs: [
      for category in ['StorageRead', 'StorageWrite', 'StorageDelete']: {
        category: category
        enabled: true
      }
    ]
  }
}

output accountName string = account.name
output accountId string = account.id
output containerName string = container.name
