// Callistra on Azure. ACS, the AI resource, the key vault and the registry are there already, each in a resource group of its
// own; everything else is made in the resource group of this deployment. See the README for the steps before and after.

targetScope = 'resourceGroup'

// Parameters of every module that makes something.

param location string = resourceGroup().location

@description('Begins every name; lower-case letters and digits.')
@minLength(2)
@maxLength(8)
param namePrefix string = 'calls'

@description('Which of several deployments this is: dev, test, prod.')
@minLength(2)
@maxLength(6)
param environmentName string

param tags object = {
  application: 'callistra'
  environment: environmentName
}

// What is there already.

@description('The ACS resource. Its system-assigned identity must be on.')
param acsName string
param acsResourceGroup string
@description('Number that members see, in E.164 form. It must belong to the ACS resource.')
param acsCallerId string
@description('System topic that ACS has already; empty: one is made.')
param systemTopicName string = ''

@description('AI Services or Speech resource with a custom subdomain, in a region near ACS.')
param aiName string
param aiResourceGroup string

@description('Key vault with the permission model Azure RBAC.')
param keyVaultName string
param keyVaultResourceGroup string
@description('Secret of at least 32 bytes, the same for all instances and over restarts.')
param callbackSecretName string = 'callistra-callback-secret-key'
@description('The secret before that, while calls that began with it are open; empty: none.')
param callbackSecretBeforeName string = ''
@description('Secret with the key of the checkpoints, as "callistra audit key new" makes it; empty: none are made.')
param checkpointSecretName string = ''

@description('Azure Container Registry of the image; empty: the image is public.')
param registryName string = ''
param registryResourceGroup string = resourceGroup().name

// The server.

@description('Image of the server, such as plan.azurecr.io/callistra:1.2.3.')
param image string

@description('Own host name; empty: the one that Container Apps gives.')
param publicHostName string = ''
@description('Certificate of the own host name, as resource id in the Container Apps environment; empty: not bound yet.')
param certificateId string = ''

@description('0: sleeps when nothing is to be done. 1: always there; use it from some hundred calls a day on.')
@minValue(0)
param minReplicas int = 0
@minValue(1)
param maxReplicas int = 3

@description('Calls held at once. ACS allows 2 per number unless its support has raised it.')
@minValue(1)
param concurrentCalls int = 2
@description('Dials started per second, as text because Bicep has no fractions.')
param callsPerSecond string = '1'

@allowed(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
param logLevel string = 'info'

@description('Origins that an initiate may name as its callbackUrl, separated by commas.')
param callbackUrlAllow string = ''

@description('Further settings of the server by name, such as MEMBERS_TABLE.')
param extraSettings object = {}

@description('Application (client) id or id URI of the API in Entra ID, for which coordinators and tools get their tokens.')
param entraAudience string

// Storage.

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'
@minLength(3)
@maxLength(40)
param tablesPrefix string = 'Callistra'
@minLength(3)
@maxLength(30)
param queuePrefix string = 'callistra'
@description('All queues that the server uses; the first wakes it.')
param queueNames array = [
  '${queuePrefix}-calls'
  '${queuePrefix}-calls-poison'
  '${queuePrefix}-slots'
  '${queuePrefix}-rate'
]
@minValue(1)
@maxValue(365)
param deadLetterDays int = 90

// SQL.

param sqlDatabaseName string = 'callistra'
@description('Group in Entra ID that administers SQL.')
param sqlAdminGroupName string
param sqlAdminGroupObjectId string
@description('Least vCores, as text: 0.5, 0.75, 1 ...')
param sqlMinVcores string = '0.5'
@minValue(1)
param sqlMaxVcores int = 1
@description('Minutes without a connection until it pauses; -1: never.')
param sqlAutoPauseMinutes int = 60
@allowed(['Local', 'Zone', 'Geo'])
param sqlBackupRedundancy string = 'Zone'
@minValue(7)
@maxValue(35)
param sqlBackupDays int = 14

// Event Grid.

@description('False at first: the server must run and answer before a subscription on it can be made.')
param deployEventSubscription bool = false
@description('Application id or id URI for which Event Grid gets its tokens.')
param eventGridAudience string
param eventTypes array = [
  'Microsoft.Communication.CallStarted'
  'Microsoft.Communication.CallEnded'
  'Microsoft.Communication.CallParticipantAdded'
  'Microsoft.Communication.CallParticipantRemoved'
]

// Watching.

@description('Who is told when something is wrong.')
param alertEmail string
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90
@minValue(1)
param logDailyQuotaGb int = 1
@description('In the currency of the subscription; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0
@description('First day of the month in which the budget begins; needed with a budget.')
param budgetStartDate string = ''

var tableNames = [
  '${tablesPrefix}Events'
  '${tablesPrefix}Register'
]
var deadLetterContainerName = 'dead-letters'
var checkpointContainerName = 'checkpoints'
var eventSubscriptionName = 'callistra-${environmentName}'
var registryServer = empty(registryName) ? '' : split(image, '/')[0]

module identities 'modules/identities.bicep' = {
  name: 'identities'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    storageSku: storageSku
    tableNames: tableNames
    queueNames: queueNames
    deadLetterContainerName: deadLetterContainerName
    checkpointContainerName: checkpointContainerName
    deadLetterDays: deadLetterDays
    workspaceId: monitoring.outputs.workspaceId
  }
}

module storageAccess 'modules/storage-access.bicep' = {
  name: 'storage-access'
  params: {
    namePrefix: namePrefix
    environmentName: environmentName
    storageAccountName: storage.outputs.accountName
    deadLetterContainerName: deadLetterContainerName
    checkpointContainerName: checkpointContainerName
    appPrincipalId: identities.outputs.appPrincipalId
    deliveryPrincipalId: identities.outputs.deliveryPrincipalId
  }
}

module sql 'modules/sql.bicep' = {
  name: 'sql'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    databaseName: sqlDatabaseName
    adminGroupName: sqlAdminGroupName
    adminGroupObjectId: sqlAdminGroupObjectId
    minVcores: sqlMinVcores
    maxVcores: sqlMaxVcores
    autoPauseMinutes: sqlAutoPauseMinutes
    backupRedundancy: sqlBackupRedundancy
    backupDays: sqlBackupDays
    workspaceId: monitoring.outputs.workspaceId
  }
}

module eventTopic 'modules/event-topic.bicep' = {
  name: 'event-topic'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module acsAccess 'modules/acs-access.bicep' = {
  name: 'acs-access-${environmentName}'
  scope: resourceGroup(acsResourceGroup)
  params: {
    acsName: acsName
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module aiAccess 'modules/ai-access.bicep' = {
  name: 'ai-access-${environmentName}'
  scope: resourceGroup(aiResourceGroup)
  params: {
    aiName: aiName
    acsId: acsAccess.outputs.acsId
    acsPrincipalId: acsAccess.outputs.principalId
  }
}

module keyVaultAccess 'modules/key-vault-access.bicep' = {
  name: 'key-vault-access-${environmentName}'
  scope: resourceGroup(keyVaultResourceGroup)
  params: {
    keyVaultName: keyVaultName
    callbackSecretName: callbackSecretName
    callbackSecretBeforeName: callbackSecretBeforeName
    checkpointSecretName: checkpointSecretName
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module registryAccess 'modules/registry-access.bicep' = if (!empty(registryName)) {
  name: 'registry-access-${environmentName}'
  scope: resourceGroup(registryResourceGroup)
  params: {
    registryName: registryName
    appPrincipalId: identities.outputs.appPrincipalId
    migratePrincipalId: identities.outputs.migratePrincipalId
  }
}

module containerEnvironment 'modules/container-environment.bicep' = {
  name: 'container-environment'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module containerApp 'modules/container-app.bicep' = {
  name: 'container-app'
  // Its roles first: it logs in as soon as it starts.
  dependsOn: [
    storageAccess
    registryAccess
  ]
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    environmentId: containerEnvironment.outputs.environmentId
    defaultDomain: containerEnvironment.outputs.defaultDomain
    image: image
    registryServer: registryServer
    identityId: identities.outputs.appId
    identityClientId: identities.outputs.appClientId
    appInsightsName: monitoring.outputs.appInsightsName
    callbackSecretUri: keyVaultAccess.outputs.callbackSecretUri
    callbackSecretBeforeUri: keyVaultAccess.outputs.callbackSecretBeforeUri
    checkpointSecretUri: keyVaultAccess.outputs.checkpointSecretUri
    publicHostName: publicHostName
    certificateId: certificateId
    acsEndpoint: acsAccess.outputs.endpoint
    acsResourceId: acsAccess.outputs.immutableResourceId
    acsCallerId: acsCallerId
    cognitiveServicesEndpoint: aiAccess.outputs.endpoint
    storageAccountName: storage.outputs.accountName
    tablesEndpoint: storage.outputs.tablesEndpoint
    tablesPrefix: tablesPrefix
    queueEndpoint: storage.outputs.queueEndpoint
    queuePrefix: queuePrefix
    wakeQueueName: queueNames[0]
    checkpointContainerUrl: storage.outputs.checkpointContainerUrl
    sqlServerFqdn: sql.outputs.serverFqdn
    sqlDatabaseName: sql.outputs.databaseName
    entraAudience: entraAudience
    eventGridAudience: eventGridAudience
    eventGridSubscriptionName: eventSubscriptionName
    eventTopicEndpoint: eventTopic.outputs.endpoint
    callbackUrlAllow: callbackUrlAllow
    logLevel: logLevel
    concurrentCalls: concurrentCalls
    callsPerSecond: callsPerSecond
    extraSettings: extraSettings
    minReplicas: minReplicas
    maxReplicas: maxReplicas
  }
}

module migrateJob 'modules/migrate-job.bicep' = {
  name: 'migrate-job'
  dependsOn: [
    registryAccess
  ]
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    environmentId: containerEnvironment.outputs.environmentId
    image: image
    registryServer: registryServer
    identityId: identities.outputs.migrateId
    identityClientId: identities.outputs.migrateClientId
    sqlServerFqdn: sql.outputs.serverFqdn
    sqlDatabaseName: sql.outputs.databaseName
    extraSettings: extraSettings
  }
}

module verifyJob 'modules/verify-job.bicep' = {
  name: 'verify-job'
  dependsOn: [
    storageAccess
    registryAccess
  ]
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    environmentId: containerEnvironment.outputs.environmentId
    image: image
    registryServer: registryServer
    identityId: identities.outputs.appId
    identityClientId: identities.outputs.appClientId
    callbackSecretUri: keyVaultAccess.outputs.callbackSecretUri
    tablesEndpoint: storage.outputs.tablesEndpoint
    tablesPrefix: tablesPrefix
    checkpointContainerUrl: storage.outputs.checkpointContainerUrl
    sqlServerFqdn: sql.outputs.serverFqdn
    sqlDatabaseName: sql.outputs.databaseName
    extraSettings: extraSettings
  }
}

module systemTopic 'modules/system-topic.bicep' = {
  name: 'system-topic-${environmentName}'
  scope: resourceGroup(acsResourceGroup)
  params: {
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    acsId: acsAccess.outputs.acsId
    systemTopicName: systemTopicName
    deliveryIdentityId: identities.outputs.deliveryId
  }
}

module eventSubscription 'modules/event-subscription.bicep' = if (deployEventSubscription) {
  name: 'event-subscription-${environmentName}'
  scope: resourceGroup(acsResourceGroup)
  // Else the first dead letter would be refused.
  dependsOn: [
    storageAccess
  ]
  params: {
    systemTopicName: systemTopic.outputs.topicName
    subscriptionName: eventSubscriptionName
    eventTypes: eventTypes
    endpointUrl: '${containerApp.outputs.baseUrl}/api/calls/events'
    eventGridAudience: eventGridAudience
    deliveryIdentityId: identities.outputs.deliveryId
    storageAccountId: storage.outputs.accountId
    deadLetterContainerName: deadLetterContainerName
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    namePrefix: namePrefix
    environmentName: environmentName
    tags: tags
    alertEmail: alertEmail
    appId: containerApp.outputs.appId
    appName: containerApp.outputs.appName
    databaseId: sql.outputs.databaseId
    storageAccountId: storage.outputs.accountId
    systemTopicId: systemTopic.outputs.topicId
    eventTopicId: eventTopic.outputs.topicId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  params: {
    namePrefix: namePrefix
    environmentName: environmentName
    monthlyBudget: monthlyBudget
    startDate: budgetStartDate
    alertEmail: alertEmail
  }
}

output baseUrl string = containerApp.outputs.baseUrl
output appName string = containerApp.outputs.appName
output migrateJobName string = migrateJob.outputs.jobName
output verifyJobName string = verifyJob.outputs.jobName
output sqlServer string = sql.outputs.serverFqdn
output sqlDatabase string = sql.outputs.databaseName
@description('Names of the users to make in the database.')
output appIdentityName string = identities.outputs.appName
output migrateIdentityName string = identities.outputs.migrateName
