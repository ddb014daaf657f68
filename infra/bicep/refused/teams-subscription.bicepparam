// Refused: deployEventSubscription: Event Grid tells nothing of calls that a Teams resource account places

using '../main.bicep'
extends '../minimal.bicepparam'

param acsCallerId = ''
param acsTeamsResourceAccount = '44444444-4444-4444-8444-444444444444'
param deployEventSubscription = true
