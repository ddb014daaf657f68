// Refused: minReplicas: more than maxReplicas

using '../main.bicep'
extends '../minimal.bicepparam'

param minReplicas = 5
param maxReplicas = 2
