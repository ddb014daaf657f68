// Refused: eventGridAudience: missing; Event Grid proves with it who it is

using '../main.bicep'
extends '../minimal.bicepparam'

param eventGridAudience = ''
