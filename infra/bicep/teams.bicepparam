// As minimal, where a Teams resource account places the calls (Teams Phone): Event Grid tells nothing of those.

using './main.bicep'
extends './minimal.bicepparam'

param acsCallerId = ''
param acsTeamsResourceAccount = '44444444-4444-4444-8444-444444444444'
param eventGridAudience = ''
