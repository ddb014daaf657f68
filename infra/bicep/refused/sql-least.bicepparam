// Refused: sqlMinVcores: half a vCore at least, an eighth of sqlMaxVcores from 6 on, and no more than those

using '../main.bicep'
extends '../minimal.bicepparam'

param sqlMinVcores = '0.5'
param sqlMaxVcores = 16
