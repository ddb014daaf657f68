// The identities. None has a secret. Cost: none.

param location string
param namePrefix string
param environmentName string
param tags object

var baseName = '${namePrefix}-${environmentName}'

@description('What the server runs as: appends to the log, works the queue, calls ACS, reads and writes the read models.')
resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${baseName}-app'
  location: location
  tags: tags
}

@description('What the migration job runs as. It alone may change tables in SQL, so the server cannot.')
resource migrate 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${baseName}-migrate'
  location: location
  tags: tags
}

// Event Grid refuses a system-assigned identity on a system topic of a global resource such as ACS ("identity is
// unavailable for location 'global'", github.com/Azure/azure-cli/issues/18002), so the dead letters have one of their own.
@description('What Event Grid writes dead letters as.')
resource delivery 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${baseName}-delivery'
  location: location
  tags: tags
}

output appId string = app.id
output appName string = app.name
output appClientId string = app.properties.clientId
output appPrincipalId string = app.properties.principalId
output migrateId string = migrate.id
output migrateName string = migrate.name
output migrateClientId string = migrate.properties.clientId
output migratePrincipalId string = migrate.properties.principalId
output deliveryId string = delivery.id
output deliveryPrincipalId string = delivery.properties.principalId
