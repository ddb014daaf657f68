// Who read and wrote the stores, apart from all other logs: without a ceiling, above which lines are lost; kept for six years;
// and for whoever may use this workspace only, because the addresses asked for hold ids of members.
// Cost: by the gigabyte taken in; 10,000 calls a day are some 15 million requests, about 15 GB a month (an estimate).

param location string
param namePrefix string
param environmentName string
param tags object

@description('Whole days that can be asked at once; the rest of the time they are kept where a search job finds them.')
@minValue(90)
@maxValue(730)
param interactiveDays int

@description('2,192 are six years (45 CFR 164.316(b)(2)(i)).')
@minValue(2192)
@maxValue(4383)
param totalDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${namePrefix}-${environmentName}-audit'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: interactiveDays
    workspaceCapping: {
      dailyQuotaGb: -1
    }
    features: {
      enableLogAccessUsingOnlyResourcePermissions: false
      disableLocalAuth: true
    }
  }
}

// Where storage puts reads and writes, and where SQL's auditing arrives.
resource tables 'Microsoft.OperationalInsights/workspaces/tables@2023-09-01' = [
  for name in ['StorageTableLogs', 'StorageBlobLogs', 'StorageQueueLogs', 'AzureDiagnostics']: {
    parent: workspace
    name: name
    properties: {
      retentionInDays: interactiveDays
      totalRetentionInDays: totalDays
    }
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'audit'
  scope: workspace
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds who read and wrote the stores.'
  }
}

output workspaceId string = workspace.id
output workspaceName string = workspace.name
