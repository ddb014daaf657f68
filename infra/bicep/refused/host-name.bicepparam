// Refused: publicHostName and certificateId: a host name is bound with its certificate; set both or none

using '../main.bicep'
extends '../minimal.bicepparam'

param publicHostName = 'calls.example.org'
