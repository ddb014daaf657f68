// Callistra on Azure. ACS, the AI resource, the key vault and the registry are there already, each in a resource group of its
// own; everything else is made in the resource group of this deployment. See the README for the steps before and after.

targetScope = 'resourceGroup'

import {
  budgetProblems
  lineProblems
  nameProblems
  serverProblems
  sqlProblems
  versionProblems
} from 'modules/checks.bicep'
import { furtherProblems, membersTable } from 'modules/settings.bicep'

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
@description('Number that members see, in E.164 form. It must belong to the ACS resource. Empty: a Teams resource account calls.')
param acsCallerId string = ''
@description('Object id in Entra ID of the Teams resource account that places the calls, in place of a number. Event Grid tells nothing of them.')
param acsTeamsResourceAccount string = ''
@description('System topic that ACS has already; empty: one is made.')
param systemTopicName string = ''

@description('AI Services or Speech resource with a custom subdomain, in a region near ACS.')
param aiName string
param aiResourceGroup string
@description('False where ACS has been connected with it before, such as in the portal: the same role cannot be given twice.')
param assignAiRole bool = true

@description('Key vault with the permission model Azure RBAC.')
param keyVaultName string
param keyVaultResourceGroup string
@description('Secret of at least 32 bytes, from which the secrets of calls are derived.')
param callbackSecretName string = 'callistra-callback-secret-key'
@description('The last part of its id: 32 of 0-9 and a-f.')
param callbackSecretVersion string
@description('The version before that, while calls that began with it are open; empty: none.')
param callbackBeforeSecretVersion string = ''
@description('Secret of at least 32 bytes that seals what browsers of people who are signed in keep.')
param sessionSecretName string = 'callistra-session-key'
param sessionSecretVersion string
@description('The version before that, until all who signed in by it have signed out; empty: none.')
param sessionBeforeSecretVersion string = ''
@description('Secret with the key of the checkpoints, as "callistra audit key new" makes it; empty: none are made.')
param checkpointSecretName string = ''
param checkpointSecretVersion string = ''
@description('Secret with the questionnaire of new calls; empty: the one in the image.')
param questionnaireSecretName string = ''
@description('Secret with the file of API keys, as "callistra keys add" makes it; empty: Entra ID alone lets people in.')
param apiKeysSecretName string = ''
@description('Secret with the names of people by their ids; empty: reports show ids.')
param staffNamesSecretName string = ''

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

@description('Subnet of the containers: /27 or larger, delegated to Microsoft.App/environments. Empty: none, for good.')
param subnetId string = ''

@description('Further settings of the server and its jobs by name, such as CHECKPOINT_WITNESSES.')
param extraSettings object = {}

@description('Application (client) id or id URI of the API in Entra ID, for which coordinators and tools get their tokens.')
param entraAudience string
@description('Application (client) id with which people sign in to the console; empty: the one in entraAudience.')
param entraClientId string = ''
@description('Secret with its client secret; empty: a federated credential of the identity that the server runs as.')
param entraClientSecretName string = ''
@minValue(1)
@maxValue(480)
param sessionIdleMinutes int = 15

// Storage.

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'
@minLength(3)
@maxLength(40)
param tablesPrefix string = 'Callistra'
@minLength(3)
@maxLength(30)
param queuePrefix string = 'callistra'
@description('Days for which no checkpoint can be changed or deleted, once the policy is locked.')
@minValue(1)
@maxValue(146000)
param checkpointDays int = 2555
@description('True from when the policy of the checkpoints has been locked.')
param checkpointPolicyLocked bool = false
@minValue(1)
@maxValue(365)
param deadLetterDays int = 90

// SQL.

param sqlDatabaseName string = 'callistra'
@description('The plan\'s own table of members, in this database, in another schema than the read models.')
param members membersTable
@description('Group in Entra ID that administers SQL.')
param sqlAdminGroupName string
param sqlAdminGroupObjectId string
@description('Least vCores, as text: 0.5, 0.75, 1 ...; an eighth of the most at least.')
param sqlMinVcores string = '0.5'
@description('1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32 or 40.')
param sqlMaxVcores int = 1
@description('Minutes without a connection until it pauses, 15 to 10,080; -1: never.')
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
param eventGridAudience string = ''
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
@description('Days for which it can be asked at once who read and wrote the stores.')
@minValue(90)
@maxValue(730)
param auditDays int = 90
@description('Days for which that is kept at all; 2,192 are six years.')
@minValue(2192)
@maxValue(4383)
param auditTotalDays int = 2192
@description('In the currency of the subscription; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0
@description('The same for the resource group of ACS: telephone minutes, by far the largest part.')
@minValue(0)
param monthlyBudgetTelephony int = 0
@description('The same for the resource group of the AI resource: speech.')
@minValue(0)
param monthlyBudgetSpeech int = 0
@description('First day of the month in which the budgets begin, such as 2026-12-01; needed with a budget.')
param budgetStartDate string = ''

var isNumberCalling = !empty(acsCallerId)

// What Azure would refuse half-way, or take and not do: said before anything is made, all at once.
var problems = concat(
  nameProblems(namePrefix, environmentName, tablesPrefix, queuePrefix),
  lineProblems(acsCallerId, acsTeamsResourceAccount, eventGridAudience, deployEventSubscription),
  versionProblems('callbackSecretVersion', callbackSecretVersion, callbackBeforeSecretVersion),
  versionProblems('sessionSecretVersion', sessionSecretVersion, sessionBeforeSecretVersion),
  empty(checkpointSecretName) ? [] : versionProblems('checkpointSecretVersion', checkpointSecretVersion, ''),
  serverProblems(publicHostName, certificateId, minReplicas, maxReplicas, callsPerSecond),
  sqlProblems(sqlMinVcores, sqlMaxVcores, sqlAutoPauseMinutes),
  budgetProblems(monthlyBudget + monthlyBudgetTelephony + monthlyBudgetSpeech, budgetStartDate),
  furtherProblems(extraSettings)
)
var prefix = empty(problems) ? namePrefix : fail(join(problems, '; '))
var baseName = '${prefix}-${environmentName}'

var logTableNames = ['${tablesPrefix}Events', '${tablesPrefix}Register']
var dialTableName = '${tablesPrefix}Dialling'
var queueNames = ['${queuePrefix}-calls', '${queuePrefix}-calls-poison']
var checkpointContainerName = 'checkpoints'
var eventSubscriptionName = 'callistra-${baseName}'
// Worked out and not asked for: what is known before the deployment can be read in its preview.
var keyVaultUri = 'https://${keyVaultName}${environment().suffixes.keyvaultDns}/'
var registryServer = empty(registryName) ? '' : split(image, '/')[0]

module identities 'modules/identities.bicep' = {
  name: 'identities'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    appPrincipalId: identities.outputs.appPrincipalId
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module auditWorkspace 'modules/audit-workspace.bicep' = {
  name: 'audit-workspace'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    interactiveDays: auditDays
    totalDays: auditTotalDays
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    storageSku: storageSku
    tableNames: concat(logTableNames, [dialTableName])
    queueNames: queueNames
    checkpointContainerName: checkpointContainerName
    checkpointDays: checkpointDays
    isCheckpointPolicyLocked: checkpointPolicyLocked
    auditWorkspaceId: auditWorkspace.outputs.workspaceId
  }
}

module deadLetters 'modules/dead-letters.bicep' = if (isNumberCalling) {
  name: 'dead-letters'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    storageSku: storageSku
    deadLetterDays: deadLetterDays
    deliveryPrincipalId: identities.outputs.deliveryPrincipalId
    auditWorkspaceId: auditWorkspace.outputs.workspaceId
  }
}

module storageAccess 'modules/storage-access.bicep' = {
  name: 'storage-access'
  params: {
    namePrefix: prefix
    environmentName: environmentName
    storageAccountName: storage.outputs.accountName
    checkpointContainerName: checkpointContainerName
    dialTableName: dialTableName
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module sql 'modules/sql.bicep' = {
  name: 'sql'
  params: {
    location: location
    namePrefix: prefix
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
    auditWorkspaceId: auditWorkspace.outputs.workspaceId
  }
}

module eventTopic 'modules/event-topic.bicep' = {
  name: 'event-topic'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module acsAccess 'modules/acs-access.bicep' = {
  name: 'acs-access-${baseName}'
  scope: resourceGroup(acsResourceGroup)
  params: {
    acsName: acsName
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module aiAccess 'modules/ai-access.bicep' = {
  name: 'ai-access-${baseName}'
  scope: resourceGroup(aiResourceGroup)
  params: {
    aiName: aiName
    acsPrincipalId: acsAccess.outputs.principalId
    assignAiRole: assignAiRole
  }
}

module keyVaultAccess 'modules/key-vault-access.bicep' = {
  name: 'key-vault-access-${baseName}'
  scope: resourceGroup(keyVaultResourceGroup)
  params: {
    keyVaultName: keyVaultName
    secretNames: filter(
      [
        callbackSecretName
        sessionSecretName
        checkpointSecretName
        entraClientSecretName
        questionnaireSecretName
        apiKeysSecretName
        staffNamesSecretName
      ],
      name => !empty(name)
    )
    appPrincipalId: identities.outputs.appPrincipalId
  }
}

module registryAccess 'modules/registry-access.bicep' = if (!empty(registryName)) {
  name: 'registry-access-${baseName}'
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
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    subnetId: subnetId
  }
}

module containerApp 'modules/container-app.bicep' = {
  name: 'container-app'
  // Its roles first: it logs in as soon as it starts.
  dependsOn: [
    storageAccess
    keyVaultAccess
    registryAccess
  ]
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    environmentId: containerEnvironment.outputs.environmentId
    defaultDomain: containerEnvironment.outputs.defaultDomain
    image: image
    registryServer: registryServer
    identityId: identities.outputs.appId
    identityClientId: identities.outputs.appClientId
    appInsightsName: monitoring.outputs.appInsightsName
    keyVaultUri: keyVaultUri
    callbackSecretName: callbackSecretName
    callbackSecretVersion: callbackSecretVersion
    callbackBeforeSecretVersion: callbackBeforeSecretVersion
    sessionSecretName: sessionSecretName
    sessionSecretVersion: sessionSecretVersion
    sessionBeforeSecretVersion: sessionBeforeSecretVersion
    checkpointSecretName: checkpointSecretName
    checkpointSecretVersion: checkpointSecretVersion
    entraClientSecretName: entraClientSecretName
    questionnaireSecretName: questionnaireSecretName
    apiKeysSecretName: apiKeysSecretName
    staffNamesSecretName: staffNamesSecretName
    publicHostName: publicHostName
    certificateId: certificateId
    acsEndpoint: acsAccess.outputs.endpoint
    acsResourceId: acsAccess.outputs.immutableResourceId
    acsCallerId: acsCallerId
    acsTeamsResourceAccount: acsTeamsResourceAccount
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
    members: members
    entraAudience: entraAudience
    entraClientId: entraClientId
    sessionIdleMinutes: sessionIdleMinutes
    eventGridAudience: eventGridAudience
    eventGridSubscriptionName: isNumberCalling ? eventSubscriptionName : ''
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
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    environmentId: containerEnvironment.outputs.environmentId
    image: image
    registryServer: registryServer
    identityId: identities.outputs.migrateId
    identityClientId: identities.outputs.migrateClientId
    sqlServerFqdn: sql.outputs.serverFqdn
    sqlDatabaseName: sql.outputs.databaseName
    members: members
    extraSettings: extraSettings
  }
}

module verifyJob 'modules/verify-job.bicep' = {
  name: 'verify-job'
  dependsOn: [
    storageAccess
    keyVaultAccess
    registryAccess
  ]
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    environmentId: containerEnvironment.outputs.environmentId
    image: image
    registryServer: registryServer
    identityId: identities.outputs.appId
    identityClientId: identities.outputs.appClientId
    keyVaultUri: keyVaultUri
    callbackSecretName: callbackSecretName
    callbackSecretVersion: callbackSecretVersion
    tablesEndpoint: storage.outputs.tablesEndpoint
    tablesPrefix: tablesPrefix
    checkpointContainerUrl: storage.outputs.checkpointContainerUrl
    sqlServerFqdn: sql.outputs.serverFqdn
    sqlDatabaseName: sql.outputs.databaseName
    members: members
    extraSettings: extraSettings
  }
}

module systemTopicThere 'modules/system-topic-there.bicep' = if (isNumberCalling && !empty(systemTopicName)) {
  name: 'system-topic-there-${baseName}'
  scope: resourceGroup(acsResourceGroup)
  params: {
    systemTopicName: systemTopicName
  }
}

var topicName = empty(systemTopicName) ? 'evgst-${baseName}' : systemTopicName

module systemTopic 'modules/system-topic.bicep' = if (isNumberCalling) {
  name: 'system-topic-${baseName}'
  scope: resourceGroup(acsResourceGroup)
  params: {
    topicName: topicName
    tags: systemTopicThere.?outputs.tags ?? tags
    acsId: acsAccess.outputs.acsId
    deliveryIdentityId: identities.outputs.deliveryId
    otherIdentityIds: systemTopicThere.?outputs.identityIds ?? []
  }
}

module eventSubscription 'modules/event-subscription.bicep' = if (isNumberCalling && deployEventSubscription) {
  name: 'event-subscription-${baseName}'
  scope: resourceGroup(acsResourceGroup)
  dependsOn: [
    systemTopic
  ]
  params: {
    systemTopicName: topicName
    subscriptionName: eventSubscriptionName
    eventTypes: eventTypes
    endpointUrl: '${containerApp.outputs.baseUrl}/api/calls/events'
    eventGridAudience: eventGridAudience
    deliveryIdentityId: identities.outputs.deliveryId
    deadLetterAccountId: deadLetters!.outputs.accountId
    deadLetterContainerName: deadLetters!.outputs.containerName
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    tags: tags
    alertEmail: alertEmail
    appId: containerApp.outputs.appId
    appName: containerApp.outputs.appName
    verifyJobName: verifyJob.outputs.jobName
    databaseId: sql.outputs.databaseId
    storageAccountId: storage.outputs.accountId
    systemTopicId: isNumberCalling ? systemTopic!.outputs.topicId : ''
    eventTopicId: eventTopic.outputs.topicId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  params: {
    budgetName: 'budget-${baseName}'
    monthlyBudget: max(monthlyBudget, 1)
    startDate: budgetStartDate
    alertEmail: alertEmail
  }
}

module budgetTelephony 'modules/budget.bicep' = if (monthlyBudgetTelephony > 0) {
  name: 'budget-telephony-${baseName}'
  scope: resourceGroup(acsResourceGroup)
  params: {
    budgetName: 'budget-${baseName}-telephony'
    monthlyBudget: max(monthlyBudgetTelephony, 1)
    startDate: budgetStartDate
    alertEmail: alertEmail
  }
}

module budgetSpeech 'modules/budget.bicep' = if (monthlyBudgetSpeech > 0) {
  name: 'budget-speech-${baseName}'
  scope: resourceGroup(aiResourceGroup)
  params: {
    budgetName: 'budget-${baseName}-speech'
    monthlyBudget: max(monthlyBudgetSpeech, 1)
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
@description('Subject of the federated credential with which the console signs people in.')
output appIdentityPrincipalId string = identities.outputs.appPrincipalId
output storageAccountName string = storage.outputs.accountName
@description('Empty: a Teams resource account places the calls, and nothing is delivered.')
output deadLetterAccountName string = isNumberCalling ? deadLetters!.outputs.accountName : ''
output workspaceName string = monitoring.outputs.workspaceName
output auditWorkspaceName string = auditWorkspace.outputs.workspaceName
