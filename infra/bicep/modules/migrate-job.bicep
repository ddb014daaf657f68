// Brings the tables of the read models up to date; started by hand or by the pipeline before a new image takes over:
//   az containerapp job start --name NAME --resource-group GROUP
// Cost: some seconds of half a vCPU each time.

import { furtherSettings, membersSettings, membersTable } from 'settings.bicep'

param location string
param namePrefix string
param environmentName string
param tags object

param environmentId string
param image string
param registryServer string
param identityId string
param identityClientId string
param sqlServerFqdn string
param sqlDatabaseName string
param members membersTable

@description('The same as those of the server.')
param extraSettings object

var settings = [
  { name: 'SQL_SERVER', value: sqlServerFqdn }
  { name: 'SQL_DATABASE', value: sqlDatabaseName }
  { name: 'AZURE_CLIENT_ID', value: identityClientId }
  // Else a refused token is asked for at every tool of developers in turn.
  { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
]

resource job 'Microsoft.App/jobs@2025-01-01' = {
  name: 'caj-${namePrefix}-${environmentName}-migrate'
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
      triggerType: 'Manual'
      // A paused database takes a minute to wake.
      replicaTimeout: 900
      replicaRetryLimit: 1
      manualTriggerConfig: {
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
    }
    template: {
      containers: [
        {
          name: 'migrate'
          image: image
          command: ['node', 'dist/src/main.js']
          args: ['migrate']
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
