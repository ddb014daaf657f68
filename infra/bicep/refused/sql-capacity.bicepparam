// Refused: sqlMaxVcores: 1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32 or 40

using '../main.bicep'
extends '../minimal.bicepparam'

param sqlMaxVcores = 3
