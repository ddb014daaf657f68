// What somebody should be woken for. Cost: about ten cents a month for each metric watched, more for the query over the logs.

param location string
param namePrefix string
param environmentName string
param tags object

param alertEmail string
param appId string
param appName string
param databaseId string
param storageAccountId string
param systemTopicId string
param eventTopicId string
param workspaceId string

var baseName = '${namePrefix}-${environmentName}'

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${baseName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: take(namePrefix, 12)
    enabled: true
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

var watched = [
  {
    name: 'server-errors'
    description: 'The server answers with 5xx: callbacks are turned away and may be lost.'
    severity: 1
    resourceId: appId
    namespace: 'Microsoft.App/containerapps'
    metric: 'Requests'
    threshold: 10
    dimensions: [{ name: 'statusCodeCategory', operator: 'Include', values: ['5xx'] }]
  }
  {
    name: 'restarts'
    description: 'The server restarts again and again.'
    severity: 1
    resourceId: appId
    namespace: 'Microsoft.App/containerapps'
    metric: 'RestartCount'
    threshold: 3
    dimensions: []
  }
  {
    name: 'dead-letters'
    description: 'Event Grid gave up on call events; they lie in the container of dead letters.'
    severity: 2
    resourceId: systemTopicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DeadLetteredCount'
    threshold: 0
    dimensions: []
  }
  {
    name: 'dropped-events'
    description: 'Event Grid dropped call events that it could not even dead-letter.'
    severity: 1
    resourceId: systemTopicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DroppedEventCount'
    threshold: 0
    dimensions: []
  }
  {
    name: 'delivery-failures'
    description: 'Event Grid cannot deliver call events to the server.'
    severity: 2
    resourceId: systemTopicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DeliveryAttemptFailCount'
    threshold: 5
    dimensions: []
  }
  {
    name: 'publish-failures'
    description: 'The topic for other systems refuses what the server publishes.'
    severity: 2
    resourceId: eventTopicId
    namespace: 'Microsoft.EventGrid/topics'
    metric: 'PublishFailCount'
    threshold: 5
    dimensions: []
  }
  {
    name: 'sql-connections'
    description: 'Connections to SQL fail: the read models fall behind; calls and the log go on.'
    severity: 2
    resourceId: databaseId
    namespace: 'Microsoft.Sql/servers/databases'
    metric: 'connection_failed'
    threshold: 10
    dimensions: []
  }
  {
    name: 'storage-throttling'
    description: 'The log or the queue is throttled: callbacks are turned away until it eases.'
    severity: 1
    resourceId: storageAccountId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Transactions'
    threshold: 10
    dimensions: [
      {
        name: 'ResponseType'
        operator: 'Include'
        values: ['ServerBusyError', 'ServerTimeoutError', 'ClientThrottlingError', 'ClientAccountBandwidthThrottlingError']
      }
    ]
  }
  {
    name: 'storage-refusals'
    description: 'Somebody asks of the storage account what their role does not allow, such as changing the log.'
    severity: 2
    resourceId: storageAccountId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Transactions'
    // Two refusals are one look by the doctor.
    threshold: 4
    dimensions: [{ name: 'ResponseType', operator: 'Include', values: ['AuthorizationError'] }]
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in watched: {
    name: 'alert-${baseName}-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: alert.severity
      enabled: true
      autoMitigate: true
      scopes: [alert.resourceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: alert.namespace
            metricName: alert.metric
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: alert.threshold
            dimensions: alert.dimensions
            // Some of these metrics exist only from their first event on.
            skipMetricValidation: true
          }
        ]
      }
      actions: [
        {
          actionGroupId: operators.id
        }
      ]
    }
  }
]

resource glassBroken 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-${baseName}-break-glass'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'alert-${baseName}-break-glass'
    description: 'Somebody looked at data of members with the purpose BTG. callistra audit access says who, at what and why.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'ContainerAppConsoleLogs | where ContainerAppName == "${appName}" | where Log has "BREAK_GLASS"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    // The table is there only after the first log line.
    skipQueryValidation: true
    autoMitigate: true
    actions: {
      actionGroups: [operators.id]
    }
  }
}

resource notReady 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-${baseName}-not-ready'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'alert-${baseName}-not-ready'
    description: 'A replica is not ready: it starts, stops, or its log takes no entries. /health/ready tells an Operator which.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'ContainerAppSystemLogs | where ContainerAppName == "${appName}" | where Log has "Readiness" and Log has "failed"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 10
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    // The table is there only after the first log line.
    skipQueryValidation: true
    autoMitigate: true
    actions: {
      actionGroups: [operators.id]
    }
  }
}
