// Who may do what with the storage account. Cost: none.

param namePrefix string
param environmentName string
param storageAccountName string
param checkpointContainerName string
param dialTableName string
param appPrincipalId string

var baseName = '${namePrefix}-${environmentName}'
var unique = uniqueString(resourceGroup().id, namePrefix, environmentName)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: account
  name: 'default'
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' existing = {
  parent: account
  name: 'default'
}

resource dialTable 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' existing = {
  parent: tableService
  name: dialTableName
}

resource checkpoints 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: blobService
  name: checkpointContainerName
}

// Every built-in role that can insert can also change and delete. This one makes "entries are never changed" a fact of the store:
// entities/write, entities/update/action and entities/delete must never be added.
resource callLogRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, baseName, 'call-log-appender')
  properties: {
    roleName: 'Call log appender ${baseName} ${unique}'
    description: 'Reads entities of tables and inserts new ones. Changes and deletes none.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/read'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action'
        ]
        notDataActions: []
      }
    ]
  }
}

// A row of places is changed under its ETag, and neither upserted nor deleted.
resource dialTableRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, baseName, 'place-keeper')
  properties: {
    roleName: 'Place keeper ${baseName} ${unique}'
    description: 'Reads entities of a table, inserts new ones and changes them. Deletes none.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/read'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/update/action'
        ]
        notDataActions: []
      }
    ]
  }
}

// Storage Queue Data Message Processor and Sender together cannot update a message (messages/write), and no role but Contributor
// reads a queue's properties (queues/read, also asked by KEDA); Contributor can delete queues. So: what is needed, no more.
resource wakeUpQueueRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, baseName, 'wake-up-queue-worker')
  properties: {
    roleName: 'Wake-up queue worker ${baseName} ${unique}'
    description: 'Sends, receives, updates and deletes messages of queues. Makes and deletes no queue.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: ['Microsoft.Storage/storageAccounts/queueServices/queues/read']
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/queueServices/queues/messages/read'
          'Microsoft.Storage/storageAccounts/queueServices/queues/messages/write'
          'Microsoft.Storage/storageAccounts/queueServices/queues/messages/delete'
          'Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action'
          'Microsoft.Storage/storageAccounts/queueServices/queues/messages/process/action'
        ]
        notDataActions: []
      }
    ]
  }
}

// A checkpoint is created and read, by whomever: blobs/write and blobs/delete must never be added. add/action is what Put Blob
// asks of a blob that is not there yet; containers/read tells whether the container is locked.
resource checkpointRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, baseName, 'checkpoint-keeper')
  properties: {
    roleName: 'Checkpoint keeper ${baseName} ${unique}'
    description: 'Reads blobs and creates new ones. Changes and deletes none.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read']
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
        ]
        notDataActions: []
      }
    ]
  }
}

// On the account and not on each table: a batch is sent to the account's address. The account's third table it may change besides.
resource appAppends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, callLogRole.id)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', callLogRole.name)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appKeepsPlaces 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(dialTable.id, appPrincipalId, dialTableRole.id)
  scope: dialTable
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dialTableRole.name)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appWorksQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, wakeUpQueueRole.id)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', wakeUpQueueRole.name)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appKeepsCheckpoints 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(checkpoints.id, appPrincipalId, checkpointRole.id)
  scope: checkpoints
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', checkpointRole.name)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}
