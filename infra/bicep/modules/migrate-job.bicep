// Brings the tables of the read models up to date; started by hand or by the pipeline before a new image takes over:
//   az containerapp job start --name NAME --resource-group GROUP
// Cost: some seconds of half a vCPU each time.

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

@description('The same as those of the server: the names of the members table are among them.')
param extraSettings object

var settings = [
  { name: 'SQL_SERVER', value: sqlServerFqdn }
  { name: 'SQL_DATABASE', value: sqlDatabaseName }
  { name: 'AZURE_CLIENT_ID', value: identityClientId }
  // Else a refused token is asked for at every tool of developers in turn.
  { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
]

var furtherSettings = [
  for setting in items(extraSettings): {
    name: setting.key
    value: setting.value
  }
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
          env: concat(settings, furtherSettings)
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
