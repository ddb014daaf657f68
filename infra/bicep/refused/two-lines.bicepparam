// Refused: set exactly one of acsCallerId and acsTeamsResourceAccount

using '../main.bicep'
extends '../minimal.bicepparam'

param acsTeamsResourceAccount = '44444444-4444-4444-8444-444444444444'
