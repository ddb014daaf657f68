// Refused: callbackSecretVersion: the version before it must be another

using '../main.bicep'
extends '../minimal.bicepparam'

param callbackBeforeSecretVersion = '00000000000000000000000000000000'
