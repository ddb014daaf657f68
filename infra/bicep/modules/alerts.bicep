// What somebody should be woken for. Cost: about ten cents a month for each metric watched, more for the query over the logs.

param location string
param namePrefix string
param environmentName string
param tags object

param alertEmail string
param appId string
param appName string
param verifyJobName string
param databaseId string
param storageAccountId string
@description('Empty: nothing tells of calls but ACS itself.')
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
        values: [
          'ServerBusyError'
          'ServerTimeoutError'
          'ClientThrottlingError'
          'ClientAccountBandwidthThrottlingError'
        ]
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

var watchedTopic = [
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
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in concat(watched, empty(systemTopicId) ? [] : watchedTopic): {
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

// Minutes in which an instance named a problem of readiness (GET /health/ready, metric callistra.problems) by this code.
var problems = [
  {
    name: 'dialling-paused'
    code: 'DIALLING_PAUSED'
    description: 'Nobody has been dialled for ten minutes of fifteen. /health/ready tells an Operator why.'
    severity: 2
    minutes: 10
  }
  {
    name: 'calls-parked'
    code: 'CALL_PARKED'
    description: 'A call is set aside, because its stream cannot be handled: callistra verify names what is wrong with it.'
    severity: 2
    minutes: 0
  }
  {
    name: 'checkpoints-late'
    code: 'CHECKPOINT_LATE'
    description: 'Entries have waited too long for a checkpoint that vouches for them. Calls go on; do not stop the instances before.'
    severity: 2
    minutes: 0
  }
  {
    name: 'checkpoint-fork'
    code: 'CHECKPOINT_FORK'
    description: 'A server knows of another history than its log\'s, and signs nothing. Do not restart; callistra verify first.'
    severity: 1
    minutes: 0
  }
  {
    name: 'log-altered'
    code: 'LOG_ALTERED'
    description: 'Verifying the log had findings: callistra audit verify names them.'
    severity: 1
    minutes: 0
  }
]

var problemQueries = map(problems, problem => {
  name: problem.name
  description: problem.description
  severity: problem.severity
  threshold: problem.minutes
  query: 'AppMetrics | where Name == "callistra.problems" and tostring(Properties.code) == "${problem.code}" and Sum > 0 | summarize by bin(TimeGenerated, 1m)'
})

var queries = [
  {
    name: 'break-glass'
    description: 'Somebody looked at data of members with the purpose BTG. callistra audit access says who, at what and why.'
    severity: 2
    threshold: 0
    query: 'ContainerAppConsoleLogs | where ContainerAppName == "${appName}" | where Log has "BREAK_GLASS"'
  }
  {
    name: 'wake-ups-set-aside'
    description: 'A message that nobody can do anything with lies in the queue of poison: its call is in the log; look at it, delete the message.'
    severity: 2
    threshold: 0
    query: 'ContainerAppConsoleLogs | where ContainerAppName == "${appName}" | where Log has "a wake-up message was set aside"'
  }
  {
    // Not the metric RestartCount: it counts on and on, and its total over a window counts one restart with every sample.
    name: 'restarts'
    description: 'The server ends and is started again and again.'
    severity: 1
    threshold: 2
    query: 'ContainerAppSystemLogs | where ContainerAppName == "${appName}" | where Reason == "ContainerTerminated" and Log !has "ManuallyStopped"'
  }
  {
    name: 'not-ready'
    description: 'A replica is not ready: it starts, stops, or its log takes no entries. /health/ready tells an Operator which.'
    severity: 2
    threshold: 10
    query: 'ContainerAppSystemLogs | where ContainerAppName == "${appName}" | where Log has "Readiness" and Log has "failed"'
  }
  {
    name: 'verification'
    description: 'The nightly verification of the log had findings, or could not run: its output says which.'
    severity: 1
    threshold: 0
    query: 'ContainerAppSystemLogs | where JobName == "${verifyJobName}" | where Reason == "ContainerTerminated" and Log !has "exit code \'0\'"'
  }
]

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in concat(queries, problemQueries): {
    name: 'alert-${baseName}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'alert-${baseName}-${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: alert.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      // A table is there only after its first line.
      skipQueryValidation: true
      autoMitigate: true
      actions: {
        actionGroups: [operators.id]
      }
    }
  }
]
