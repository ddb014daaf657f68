// Refused: extraSettings: MEMBERS_INDEX: given by a parameter of its own already

using '../main.bicep'
extends '../minimal.bicepparam'

param extraSettings = { MEMBERS_INDEX: true }
