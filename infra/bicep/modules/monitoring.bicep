// Log Analytics and Application Insights.
// Cost: by the gigabyte taken in; the first 5 GB a month of an account are free. `dailyQuotaGb` is the ceiling: logs past it
// are dropped until the next day, the call log is not touched. 10,000 calls a day are some hundred MB a day (an estimate).

param location string
param namePrefix string
param environmentName string
param tags object
param appPrincipalId string

@minValue(30)
@maxValue(730)
param retentionDays int

@minValue(1)
param dailyQuotaGb int

var baseName = '${namePrefix}-${environmentName}'

// Monitoring Metrics Publisher
var metricsPublisher = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '3913510d-42f4-4e42-8a64-420c390055eb'
)

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${baseName}'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      // Readers see the logs of the resources that they may read, and no others.
      enableLogAccessUsingOnlyResourcePermissions: true
      disableLocalAuth: true
    }
  }
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${baseName}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    // Whoever sends telemetry proves who it is: the connection string opens nothing.
    DisableLocalAuth: true
  }
}

resource appSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(appInsights.id, appPrincipalId, metricsPublisher)
  scope: appInsights
  properties: {
    roleDefinitionId: metricsPublisher
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output workspaceId string = workspace.id
output appInsightsName string = appInsights.name
output workspaceName string = workspace.name
