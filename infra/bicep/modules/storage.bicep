// The call log (tables), its checkpoints (a container), the dial queue, and the container of dead letters.
// Cost: by the gigabyte and the request; 10,000 calls a day are about 15 million requests and 5 GB a month.
// Knob: `storageSku`. Standard_ZRS keeps three copies in three zones, Standard_LRS (for development) in one.

param location string
param namePrefix string
param environmentName string
param tags object

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string

@description('The tables of the log: entries and register.')
param tableNames array

@description('The queues of the dial queue. The first is the one that wakes the app.')
param queueNames array

param deadLetterContainerName string

@description('The tree over the log. Locking it is a command after the deployment, see the README.')
param checkpointContainerName string

@minValue(1)
@maxValue(365)
param deadLetterDays int

param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: toLower('${namePrefix}st${uniqueString(resourceGroup().id, namePrefix, environmentName)}')
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: storageSku
  }
  properties: {
    // A key could change the log whatever the roles say. Without keys there are no account SAS either.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    // Reached by name from Container Apps and Event Grid, neither with an address of its own: roles guard it, not addresses.
    publicNetworkAccess: 'Enabled'
    accessTier: 'Hot'
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
}

// Made here and not by the app, whose role can neither make nor delete a table.
resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for tableName in tableNames: {
    parent: tableService
    name: tableName
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queueName in queueNames: {
    parent: queueService
    name: queueName
  }
]

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

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobService
  name: deadLetterContainerName
  properties: {
    publicAccess: 'None'
  }
}

resource checkpoints 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobService
  name: checkpointContainerName
  properties: {
    publicAccess: 'None'
  }
}

// Dead letters may hold telephone numbers: kept until somebody has looked, not for ever.
resource deadLetterLifetime 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  dependsOn: [blobService]
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
              prefixMatch: ['${deadLetterContainerName}/']
            }
          }
        }
      ]
    }
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'call-log'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the call-event log, which is the audit trail.'
  }
}

// Who wrote and who tried to delete. Reads are left out: their addresses would hold the keys asked for, member ids among them.
resource tableAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'call-log-writes'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

output accountName string = account.name
output accountId string = account.id
output tablesEndpoint string = account.properties.primaryEndpoints.table
output queueEndpoint string = account.properties.primaryEndpoints.queue
output checkpointContainerUrl string = '${account.properties.primaryEndpoints.blob}${checkpoints.name}'
