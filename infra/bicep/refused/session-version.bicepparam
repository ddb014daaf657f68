// Refused: sessionSecretVersion: 32 of 0-9 and a-f, the last part of its id in the vault

using '../main.bicep'
extends '../minimal.bicepparam'

param sessionSecretVersion = 'g1111111111111111111111111111111'
