// Refused: set exactly one of acsCallerId and acsTeamsResourceAccount

using '../main.bicep'
extends '../minimal.bicepparam'

param acsCallerId = ''
