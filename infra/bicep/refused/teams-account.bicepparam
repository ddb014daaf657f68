// Refused: acsTeamsResourceAccount: the object id of the resource account, a GUID

using '../main.bicep'
extends '../minimal.bicepparam'

param acsCallerId = ''
param acsTeamsResourceAccount = 'line@plan.example'
