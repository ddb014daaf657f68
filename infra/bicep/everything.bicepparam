// Whatever can be set, so that its evaluation shows what that deploys. Nobody's: do not copy it.

using './main.bicep'
extends './minimal.bicepparam'

// As long as they may be: names are longest here.
param namePrefix = 'longname'
param environmentName = 'longer'
param tablesPrefix = 'CallistraOfThePlanWithTheLongestNameEver'
param queuePrefix = 'callistra-of-the-longest-named'

param callbackBeforeSecretVersion = '11111111111111111111111111111111'
param sessionBeforeSecretVersion = '11111111111111111111111111111111'
param questionnaireSecretName = 'callistra-questionnaire'
param apiKeysSecretName = 'callistra-api-keys'
param staffNamesSecretName = 'callistra-staff-names'
param entraClientId = '33333333-3333-4333-8333-333333333333'
param entraClientSecretName = 'callistra-entra-client-secret'
param sessionIdleMinutes = 30
param members = {
  table: 'plan.Members'
  idColumn: 'Id'
  phoneColumn: 'Phone'
  nameColumn: 'Name'
  timeZoneColumn: 'TimeZone'
  create: true
  index: true
}
param publicHostName = 'calls.example.org'
param certificateId = '/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-callistra-prod/providers/Microsoft.App/managedEnvironments/cae-longname-longer/certificates/calls'
param systemTopicName = 'plan-acs-topic'
param deployEventSubscription = true
param minReplicas = 2
param maxReplicas = 5
param concurrentCalls = 25
param callsPerSecond = '2.5'
param callbackUrlAllow = 'https://calls.example.org'
param extraSettings = {
  CHECKPOINT_EVERY: 60
  QUEUE_HOURS_MAX: '8'
  EVENT_GRID_SECRET_IN_URL: false
}
param subnetId = '/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-plan-network/providers/Microsoft.Network/virtualNetworks/plan/subnets/callistra'
param assignAiRole = false
param sqlMinVcores = '1'
param sqlMaxVcores = 8
param sqlAutoPauseMinutes = -1
param checkpointPolicyLocked = true
param monthlyBudget = 500
param monthlyBudgetTelephony = 5000
param monthlyBudgetSpeech = 3000
param budgetStartDate = '2026-12-01'
