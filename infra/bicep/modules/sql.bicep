// Azure SQL, serverless: the read models and the members. The log is not here: this database can be lost and rebuilt, but for
// the members.
// Cost: by the vCore-second while awake, plus storage. It pauses only when nobody is connected for `autoPauseMinutes`, so a
// server that never sleeps keeps it awake. Knobs: `minVcores` and `maxVcores`; 10,000 calls a day (17 a minute in a day of
// ten hours) fit in 1 vCore; then set `autoPauseMinutes` to -1, so that no coordinator waits a minute for it to wake.

param location string
param namePrefix string
param environmentName string
param tags object

param databaseName string

@description('Group in Entra ID that administers the server; whoever makes the database users must be in it.')
param adminGroupName string
param adminGroupObjectId string

@description('The least number of vCores, as text because Bicep has no fractions: 0.5, 0.75, 1 ...')
param minVcores string

@minValue(1)
param maxVcores int

@description('Minutes without a connection until it pauses; -1: never.')
param autoPauseMinutes int

@allowed(['Local', 'Zone', 'Geo'])
param backupRedundancy string

@minValue(7)
@maxValue(35)
param backupDays int

param auditWorkspaceId string

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: 'sql-${namePrefix}-${environmentName}-${uniqueString(resourceGroup().id, namePrefix, environmentName)}'
  location: location
  tags: tags
  properties: {
    minimalTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
    administrators: {
      administratorType: 'ActiveDirectory'
      principalType: 'Group'
      login: adminGroupName
      sid: adminGroupObjectId
      tenantId: tenant().tenantId
      azureADOnlyAuthentication: true
    }
  }
}

// The address 0.0.0.0 stands for "from inside Azure": Container Apps without a network of its own has no fixed address. That
// nobody gets in without an Entra login is what guards the data. A private endpoint is the step up.
resource fromAzure 'Microsoft.Sql/servers/firewallRules@2023-08-01' = {
  parent: server
  name: 'AllowAllWindowsAzureIps'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '0.0.0.0'
  }
}

resource database 'Microsoft.Sql/servers/databases@2023-08-01' = {
  parent: server
  name: databaseName
  location: location
  tags: tags
  sku: {
    name: 'GP_S_Gen5'
    tier: 'GeneralPurpose'
    family: 'Gen5'
    capacity: maxVcores
  }
  properties: {
    minCapacity: json(minVcores)
    autoPauseDelay: autoPauseMinutes
    maxSizeBytes: 34359738368
    zoneRedundant: false
    requestedBackupStorageRedundancy: backupRedundancy
  }
}

resource backups 'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies@2023-08-01' = {
  parent: database
  name: 'default'
  properties: {
    retentionDays: backupDays
  }
}

// Of the database and not of the server, whose firewall rules would inherit it.
resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'members'
  scope: database
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the members, which no log can bring back.'
  }
}

// Logins, rights and tables changed. Not the statements: their parameters are members' numbers and answers.
resource auditing 'Microsoft.Sql/servers/auditingSettings@2023-08-01' = {
  parent: server
  name: 'default'
  properties: {
    state: 'Enabled'
    isAzureMonitorTargetEnabled: true
    auditActionsAndGroups: [
      'SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP'
      'FAILED_DATABASE_AUTHENTICATION_GROUP'
      'DATABASE_PERMISSION_CHANGE_GROUP'
      'DATABASE_PRINCIPAL_CHANGE_GROUP'
      'DATABASE_ROLE_MEMBER_CHANGE_GROUP'
      'SCHEMA_OBJECT_CHANGE_GROUP'
    ]
  }
}

// Auditing of the whole server comes out at its master database.
resource master 'Microsoft.Sql/servers/databases@2023-08-01' existing = {
  parent: server
  name: 'master'
}

resource auditLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'sql-audit'
  scope: master
  dependsOn: [auditing]
  properties: {
    workspaceId: auditWorkspaceId
    logs: [
      {
        category: 'SQLSecurityAuditEvents'
        enabled: true
      }
    ]
  }
}

output serverFqdn string = server.properties.fullyQualifiedDomainName
output databaseName string = database.name
output databaseId string = database.id
