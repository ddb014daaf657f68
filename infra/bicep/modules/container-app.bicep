// The server.
// Cost: by the vCPU-second and GiB-second while a replica runs (an idle one at a fraction), none at zero replicas.
// Knobs: `minReplicas` 0 sleeps when nothing is to be done and takes seconds to wake; 1 answers at once, which callbacks and
// coordinators like better. 10,000 calls a day need minReplicas 1 and `concurrentCalls` of about 25, which ACS must have
// granted for the number; the processor time of that many calls is a few minutes a day.

import { furtherSettings, membersSettings, membersTable } from 'settings.bicep'

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

@description('The vault\'s address, with a slash at its end.')
param keyVaultUri string
param callbackSecretName string
param callbackSecretVersion string
@description('Empty: no key was replaced of late.')
param callbackBeforeSecretVersion string
param sessionSecretName string
param sessionSecretVersion string
@description('Empty: no key was replaced of late.')
param sessionBeforeSecretVersion string
@description('Empty: no checkpoints are made.')
param checkpointSecretName string
param checkpointSecretVersion string
@description('Empty: the console proves itself by a federated credential of this identity.')
param entraClientSecretName string
@description('Files that settings name, each the content of a secret; empty: none.')
param questionnaireSecretName string
param apiKeysSecretName string
param staffNamesSecretName string

param publicHostName string
param certificateId string

param acsEndpoint string
param acsResourceId string
@description('Empty: a Teams resource account places the calls.')
param acsCallerId string
param acsTeamsResourceAccount string
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
param members membersTable

param entraClientId string
param sessionIdleMinutes int
param entraAudience string
@description('Empty: nothing tells of calls but ACS itself.')
param eventGridSubscriptionName string
param eventGridAudience string
param eventTopicEndpoint string

param callbackUrlAllow string
param logLevel string
param concurrentCalls int
param callsPerSecond string

@description('Further settings by name, such as CHECKPOINT_WITNESSES.')
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
  // The platform kills after terminationGracePeriodSeconds, five seconds later.
  { name: 'SHUTDOWN_SECONDS', value: '25' }
  { name: 'LOG_LEVEL', value: logLevel }
  { name: 'ACS_ENDPOINT', value: acsEndpoint }
  { name: 'ACS_RESOURCE_ID', value: acsResourceId }
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
  { name: 'SESSION_IDLE_MINUTES', value: string(sessionIdleMinutes) }
  { name: 'EVENT_GRID_TOPIC_ENDPOINT', value: eventTopicEndpoint }
  { name: 'CONCURRENT_CALLS', value: string(concurrentCalls) }
  { name: 'CALLS_PER_SECOND', value: callsPerSecond }
  // Tells the Azure SDK which of the identities it is.
  { name: 'AZURE_CLIENT_ID', value: identityClientId }
  // Else a refused token is asked for at every tool of developers in turn.
  { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', secretRef: 'app-insights' }
  // It takes no telemetry from whoever has the connection string alone.
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'Authorization=AAD' }
]

// Versions are named: an open call ends with the key that it began with, and who has signed in stays so, only as long as the
// key before is given too. A key that changed by itself would have none before it.
var keys = concat(
  [
    {
      setting: 'CALLBACK_SECRET_KEY'
      secret: 'callback-secret-key'
      path: '${callbackSecretName}/${callbackSecretVersion}'
    }
    { setting: 'SESSION_KEY', secret: 'session-key', path: '${sessionSecretName}/${sessionSecretVersion}' }
  ],
  empty(callbackBeforeSecretVersion)
    ? []
    : [
        {
          setting: 'CALLBACK_SECRET_KEY_BEFORE'
          secret: 'callback-secret-key-before'
          path: '${callbackSecretName}/${callbackBeforeSecretVersion}'
        }
      ],
  empty(sessionBeforeSecretVersion)
    ? []
    : [
        {
          setting: 'SESSION_KEY_BEFORE'
          secret: 'session-key-before'
          path: '${sessionSecretName}/${sessionBeforeSecretVersion}'
        }
      ],
  empty(checkpointSecretName)
    ? []
    : [
        {
          setting: 'CHECKPOINT_KEY'
          secret: 'checkpoint-key'
          path: '${checkpointSecretName}/${checkpointSecretVersion}'
        }
      ],
  // Entra ID takes the old one beside the new one: this may change by itself.
  empty(entraClientSecretName)
    ? []
    : [{ setting: 'ENTRA_CLIENT_SECRET', secret: 'entra-client-secret', path: entraClientSecretName }]
)

var filesAt = '/mnt/callistra'
var files = filter(
  [
    { setting: 'QUESTIONNAIRE_FILE', secret: 'questionnaire', path: questionnaireSecretName }
    { setting: 'API_KEYS_FILE', secret: 'api-keys', path: apiKeysSecretName }
    { setting: 'STAFF_NAMES_FILE', secret: 'staff-names', path: staffNamesSecretName }
  ],
  file => !empty(file.path)
)

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
            name: 'app-insights'
            value: appInsights.properties.ConnectionString
          }
        ],
        map(concat(keys, files), secret => {
          name: secret.secret
          keyVaultUrl: '${keyVaultUri}secrets/${secret.path}'
          identity: identityId
        })
      )
    }
    template: {
      // SHUTDOWN_SECONDS (25) for the calls that stand, and 5 more, in which the server lets go of everything.
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'callistra'
          image: image
          env: concat(
            settings,
            map(keys, key => { name: key.setting, secretRef: key.secret }),
            map(files, file => { name: file.setting, value: '${filesAt}/${file.secret}.json' }),
            empty(acsCallerId)
              ? [{ name: 'ACS_TEAMS_RESOURCE_ACCOUNT', value: acsTeamsResourceAccount }]
              : [{ name: 'ACS_CALLER_ID', value: acsCallerId }],
            empty(eventGridSubscriptionName)
              ? []
              : [
                  { name: 'EVENT_GRID_SUBSCRIPTIONS', value: eventGridSubscriptionName }
                  { name: 'EVENT_GRID_AUDIENCE', value: eventGridAudience }
                ],
            empty(entraClientId) ? [] : [{ name: 'ENTRA_CLIENT_ID', value: entraClientId }],
            empty(callbackUrlAllow) ? [] : [{ name: 'CALLBACK_URL_ALLOW', value: callbackUrlAllow }],
            membersSettings(members),
            furtherSettings(extraSettings)
          )
          volumeMounts: empty(files) ? [] : [{ volumeName: 'files', mountPath: filesAt }]
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
      volumes: empty(files)
        ? []
        : [
            {
              name: 'files'
              storageType: 'Secret'
              secrets: map(files, file => { secretRef: file.secret, path: '${file.secret}.json' })
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
