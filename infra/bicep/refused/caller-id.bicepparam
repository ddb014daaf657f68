// Refused: acsCallerId: a plus and 8 to 15 digits

using '../main.bicep'
extends '../minimal.bicepparam'

param acsCallerId = '0555 0100'
