// The server.
// Cost: by the vCPU-second and GiB-second while a replica runs (an idle one at a fraction), none at zero replicas.
// Knobs: `minReplicas` 0 sleeps when nothing is to be done and takes seconds to wake; 1 answers at once, which callbacks and
// coordinators like better. 10,000 calls a day need minReplicas 1 and `concurrentCalls` of about 25, which ACS must have
// granted for the number; the processor time of that many calls is a few minutes a day.

param location string
param namePrefix string
param environmentName string
param tags object

param environmentId string
param defaultDomain string

@description('Image of the server, such as plan.azurecr.io/callistra:1.2.3.')
param image string
@description('Empty: the image is public.')
param registryServer string

param identityId string
param identityClientId string

param appInsightsName string
param callbackSecretUri string
@description('Empty: no key was replaced of late.')
param callbackSecretBeforeUri string
@description('Empty: no checkpoints are made.')
param checkpointSecretUri string
param publicHostName string
param certificateId string

param acsEndpoint string
param acsResourceId string
param acsCallerId string
param cognitiveServicesEndpoint string

param storageAccountName string
param tablesEndpoint string
param tablesPrefix string
param queueEndpoint string
param queuePrefix string
param wakeQueueName string
param checkpointContainerUrl string

param sqlServerFqdn string
param sqlDatabaseName string

param entraAudience string
param eventGridAudience string
param eventGridSubscriptionName string
param eventTopicEndpoint string

param callbackUrlAllow string
param logLevel string
param concurrentCalls int
param callsPerSecond string

@description('Further settings by name, such as MEMBERS_TABLE.')
param extraSettings object

@minValue(0)
param minReplicas int
@minValue(1)
param maxReplicas int

var appName = 'ca-${namePrefix}-${environmentName}'
var hostName = empty(publicHostName) ? '${appName}.${defaultDomain}' : publicHostName

resource appInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: appInsightsName
}

var settings = [
  { name: 'HOST', value: '0.0.0.0' }
  { name: 'PORT', value: '8080' }
  { name: 'PUBLIC_BASE_URL', value: 'https://${hostName}' }
  // The ingress writes X-Forwarded-For anew. So 1 also where a gateway is put before it, whose address is then everybody's.
  { name: 'TRUSTED_HOPS', value: '1' }
  { name: 'LOG_LEVEL', value: logLevel }
  { name: 'ACS_ENDPOINT', value: acsEndpoint }
  { name: 'ACS_RESOURCE_ID', value: acsResourceId }
  { name: 'ACS_CALLER_ID', value: acsCallerId }
  { name: 'COGNITIVE_SERVICES_ENDPOINT', value: cognitiveServicesEndpoint }
  { name: 'TABLES_ENDPOINT', value: tablesEndpoint }
  { name: 'TABLES_PREFIX', value: tablesPrefix }
  { name: 'QUEUE_ENDPOINT', value: queueEndpoint }
  { name: 'QUEUE_PREFIX', value: queuePrefix }
  { name: 'CHECKPOINT_CONTAINER_URL', value: checkpointContainerUrl }
  { name: 'SQL_SERVER', value: sqlServerFqdn }
  { name: 'SQL_DATABASE', value: sqlDatabaseName }
  // The migration job does it; this identity may not change tables.
  { name: 'SQL_MIGRATE', value: 'false' }
  { name: 'ENTRA_TENANT_ID', value: tenant().tenantId }
  { name: 'ENTRA_AUDIENCE', value: entraAudience }
  { name: 'EVENT_GRID_SUBSCRIPTIONS', value: eventGridSubscriptionName }
  { name: 'EVENT_GRID_AUDIENCE', value: eventGridAudience }
  { name: 'EVENT_GRID_TOPIC_ENDPOINT', value: eventTopicEndpoint }
  { name: 'CALLBACK_URL_ALLOW', value: callbackUrlAllow }
  { name: 'CONCURRENT_CALLS', value: string(concurrentCalls) }
  { name: 'CALLS_PER_SECOND', value: callsPerSecond }
  // Tells the Azure SDK which of the identities it is.
  { name: 'AZURE_CLIENT_ID', value: identityClientId }
  // Else a refused token is asked for at every tool of developers in turn.
  { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
  { name: 'CALLBACK_SECRET_KEY', secretRef: 'callback-secret-key' }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', secretRef: 'app-insights' }
]

var settingsBefore = empty(callbackSecretBeforeUri)
  ? []
  : [{ name: 'CALLBACK_SECRET_KEY_BEFORE', secretRef: 'callback-secret-key-before' }]

var secretsBefore = empty(callbackSecretBeforeUri)
  ? []
  : [{ name: 'callback-secret-key-before', keyVaultUrl: callbackSecretBeforeUri, identity: identityId }]

var checkpointSettings = empty(checkpointSecretUri) ? [] : [{ name: 'CHECKPOINT_KEY', secretRef: 'checkpoint-key' }]

var checkpointSecrets = empty(checkpointSecretUri)
  ? []
  : [{ name: 'checkpoint-key', keyVaultUrl: checkpointSecretUri, identity: identityId }]

var furtherSettings = [
  for setting in items(extraSettings): {
    name: setting.key
    value: setting.value
  }
]

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: appName
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8080
        transport: 'auto'
        allowInsecure: false
        customDomains: empty(certificateId)
          ? []
          : [
              {
                name: publicHostName
                bindingType: 'SniEnabled'
                certificateId: certificateId
              }
            ]
      }
      registries: empty(registryServer)
        ? []
        : [
            {
              server: registryServer
              identity: identityId
            }
          ]
      secrets: concat(
        [
          {
            name: 'callback-secret-key'
            keyVaultUrl: callbackSecretUri
            identity: identityId
          }
          {
            name: 'app-insights'
            value: appInsights.properties.ConnectionString
          }
        ],
        secretsBefore,
        checkpointSecrets
      )
    }
    template: {
      // SHUTDOWN_SECONDS (25) for the calls that stand, and 5 more, in which the server lets go of everything.
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'callistra'
          image: image
          env: concat(settings, settingsBefore, checkpointSettings, furtherSettings)
          resources: {
            // The heap is held to 512 MB by the image; the rest is for buffers and the runtime.
            cpu: json('0.5')
            memory: '1Gi'
          }
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/health/live'
                port: 8080
              }
              periodSeconds: 2
              timeoutSeconds: 2
              failureThreshold: 30
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/health/live'
                port: 8080
              }
              periodSeconds: 10
              timeoutSeconds: 5
              failureThreshold: 3
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/health/ready'
                port: 8080
              }
              periodSeconds: 5
              timeoutSeconds: 5
              failureThreshold: 3
            }
          ]
        }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        // Longer than any silence within a call, so that no call is cut off from the process that holds it.
        cooldownPeriod: 300
        pollingInterval: 15
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '50'
              }
            }
          }
          {
            name: 'dial-queue'
            custom: {
              type: 'azure-queue'
              metadata: {
                accountName: storageAccountName
                queueName: wakeQueueName
                // One message per open call, unseen until its deadline. Those are counted too (KEDA's default): a call
                // that stands needs a server that is up, and no message outlives its call.
                queueLength: '100'
                queueLengthStrategy: 'all'
              }
              identity: identityId
            }
          }
        ]
      }
    }
  }
}

output appName string = app.name
output appId string = app.id
output baseUrl string = 'https://${hostName}'
