// A small production deployment: copy it and fill in the names. It holds no secret.

using './main.bicep'

param environmentName = 'prod'

param acsName = 'plan-acs'
param acsResourceGroup = 'rg-plan-telephony'
// Or acsTeamsResourceAccount = 'OBJECT-ID', with Teams Phone; then without eventGridAudience and deployEventSubscription.
param acsCallerId = '+15550100000'

param aiName = 'plan-ai'
param aiResourceGroup = 'rg-plan-ai'

param keyVaultName = 'plan-vault'
param keyVaultResourceGroup = 'rg-plan-secrets'
// The last part of the secret's id: az keyvault secret show --vault-name VAULT --name NAME --query id --output tsv
param callbackSecretVersion = '00000000000000000000000000000000'
param sessionSecretVersion = '00000000000000000000000000000000'

// Made with: callistra audit key new --origin calls.example.org/callistra --out key; empty: no checkpoints.
param checkpointSecretName = 'callistra-checkpoint-key'
param checkpointSecretVersion = '00000000000000000000000000000000'

param registryName = 'planregistry'
param registryResourceGroup = 'rg-plan-images'
param image = 'planregistry.azurecr.io/callistra:1.0.0'

param sqlAdminGroupName = 'plan-sql-admins'
param sqlAdminGroupObjectId = '00000000-0000-0000-0000-000000000000'

// The plan's own table. With create: true the migration makes it where there is none.
param members = { table: 'plan.Members' }

param entraAudience = 'api://00000000-0000-0000-0000-000000000000'
param eventGridAudience = 'api://00000000-0000-0000-0000-000000000000'

param alertEmail = 'operators@example.org'

// Off for the first deployment. On once the server answers at /health/live.
param deployEventSubscription = false

// 10,000 calls a day: the server always there, 25 calls at once (ask ACS support to allow it for the number), SQL always awake.
// param minReplicas = 1
// param concurrentCalls = 25
// param callsPerSecond = '2'
// param sqlAutoPauseMinutes = -1

// Development: one copy of everything.
// param storageSku = 'Standard_LRS'
// param sqlBackupRedundancy = 'Local'
