// Refused: callsPerSecond: a number, such as 1 or 2.5

using '../main.bicep'
extends '../minimal.bicepparam'

param callsPerSecond = '2,5'
