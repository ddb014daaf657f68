// Refused: queuePrefix: small letters, digits and single hyphens between them

using '../main.bicep'
extends '../minimal.bicepparam'

param queuePrefix = 'Callistra'
