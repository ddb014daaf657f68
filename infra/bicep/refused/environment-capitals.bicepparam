// Refused: environmentName: a small letter, then small letters and digits

using '../main.bicep'
extends '../minimal.bicepparam'

param environmentName = 'PROD'
