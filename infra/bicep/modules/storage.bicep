// The call log and the places for calls (tables), checkpoints (a container), and the queue that wakes the server.
// Cost: by the gigabyte and the request; 10,000 calls a day are about 15 million requests and 5 GB a month.
// Knob: `storageSku`. Standard_ZRS keeps three copies in three zones, Standard_LRS (for development) in one.

param location string
param namePrefix string
param environmentName string
param tags object

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string

@description('The tables of the log, entries and register, and that of places for calls.')
param tableNames string[]

@description('The first is the one that wakes the app.')
param queueNames string[]

@description('The tree over the log.')
param checkpointContainerName string
@description('How long no checkpoint can be changed or deleted.')
param checkpointDays int
@description('True from when the policy has been locked: a locked one takes no deployment any more.')
param isCheckpointPolicyLocked bool

param auditWorkspaceId string

var auditedCategories = ['StorageRead', 'StorageWrite', 'StorageDelete']

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: '${namePrefix}st${uniqueString(resourceGroup().id, namePrefix, environmentName)}'
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
    // Only so can tables and queues be put under a key of the plan's own later, and only now can it be said.
    encryption: {
      keySource: 'Microsoft.Storage'
      services: {
        table: {
          enabled: true
          keyType: 'Account'
        }
        queue: {
          enabled: true
          keyType: 'Account'
        }
      }
    }
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

resource checkpoints 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobService
  name: checkpointContainerName
  properties: {
    publicAccess: 'None'
  }
}

// Not locked: locking is a command after the deployment, and for good, see the README.
resource checkpointPolicy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = if (!isCheckpointPolicyLocked) {
  parent: checkpoints
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: checkpointDays
    allowProtectedAppendWrites: false
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

// Who read and wrote, and who tried to delete.
resource tableAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'call-log-audit'
  scope: tableService
  properties: {
    workspaceId: auditWorkspaceId
    logs: [
      for category in auditedCategories: {
        category: category
        enabled: true
      }
    ]
  }
}

resource blobAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'checkpoint-audit'
  scope: blobService
  properties: {
    workspaceId: auditWorkspaceId
    logs: [
      for category in auditedCategories: {
        category: category
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
