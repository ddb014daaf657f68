// Refused: sqlAutoPauseMinutes: 15 to 10,080, or -1

using '../main.bicep'
extends '../minimal.bicepparam'

param sqlAutoPauseMinutes = 7
