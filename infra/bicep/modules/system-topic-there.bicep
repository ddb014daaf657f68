// The system topic that ACS has already, as it is: its place, its labels and its identities, which others deliver with. Makes nothing.

param systemTopicName string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

output tags object = topic.?tags ?? {}
output identityIds string[] = objectKeys(topic.?identity.?userAssignedIdentities ?? {})
