// Refused: tablesPrefix: a letter, then letters and digits

using '../main.bicep'
extends '../minimal.bicepparam'

param tablesPrefix = 'my-tables'
