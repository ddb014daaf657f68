// Verifies the log every night, whether or not a server is up then, and records what it found. By hand, for a night that it missed:
//   az containerapp job start --name NAME --resource-group GROUP
// Cost: half a vCPU for the minutes of a night, for hours on Sundays as the log grows; and it wakes a database that is paused.

import { furtherSettings, membersSettings, membersTable } from 'settings.bicep'

param location string
param namePrefix string
param environmentName string
param tags object

param environmentId string
param image string
param registryServer string

@description('Those of the server: it appends to the same log.')
param identityId string
param identityClientId string

param keyVaultUri string
param callbackSecretName string
param callbackSecretVersion string
param tablesEndpoint string
param tablesPrefix string
param checkpointContainerUrl string
param sqlServerFqdn string
param sqlDatabaseName string
param members membersTable

@description('The same as those of the server: interval and witnesses of the checkpoints are among them.')
param extraSettings object

var settings = [
  { name: 'TABLES_ENDPOINT', value: tablesEndpoint }
  { name: 'TABLES_PREFIX', value: tablesPrefix }
  { name: 'CHECKPOINT_CONTAINER_URL', value: checkpointContainerUrl }
  { name: 'SQL_SERVER', value: sqlServerFqdn }
  { name: 'SQL_DATABASE', value: sqlDatabaseName }
  { name: 'AZURE_CLIENT_ID', value: identityClientId }
  // Else a refused token is asked for at every tool of developers in turn.
  { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
  // Whoever is on the tables must have it. The key of the checkpoints is not given: nothing is signed here.
  { name: 'CALLBACK_SECRET_KEY', secretRef: 'callback-secret-key' }
]

resource job 'Microsoft.App/jobs@2025-01-01' = {
  name: 'caj-${namePrefix}-${environmentName}-verify'
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
      triggerType: 'Schedule'
      // A whole log takes hours; the next night has an execution of its own.
      replicaTimeout: 82800
      // A second try would find the night taken by the first, and call findings a success. Servers take a night that nobody has.
      replicaRetryLimit: 0
      scheduleTriggerConfig: {
        // UTC; half an hour before the servers would do it.
        cronExpression: '30 6 * * *'
        parallelism: 1
        replicaCompletionCount: 1
      }
      registries: empty(registryServer)
        ? []
        : [
            {
              server: registryServer
              identity: identityId
            }
          ]
      secrets: [
        {
          name: 'callback-secret-key'
          keyVaultUrl: '${keyVaultUri}secrets/${callbackSecretName}/${callbackSecretVersion}'
          identity: identityId
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'verify'
          image: image
          command: ['node', 'dist/src/main.js']
          args: ['audit', 'verify', '--nightly']
          env: concat(settings, membersSettings(members), furtherSettings(extraSettings))
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
        }
      ]
    }
  }
}

output jobName string = job.name
