// What ACS tells of its calls, in the resource group of ACS. An ACS resource can have one system topic only: one that is there
// already is given our identity beside those that it has, and is otherwise left as it is.
// Cost: by the million operations, the first 100,000 a month free.

param topicName string
param tags object

param acsId string
param deliveryIdentityId string
@description('Of others, who deliver with them; a topic takes two.')
param otherIdentityIds string[]

// Azure gives ids back in other letters than it was given.
var identityIds = concat(
  filter(otherIdentityIds, id => toLower(id) != toLower(deliveryIdentityId)),
  [deliveryIdentityId]
)

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: topicName
  // ACS is a global resource, so its topic must be too.
  location: 'global'
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: toObject(
      length(identityIds) > 2
        ? fail('the system topic has two identities of others already, and can have no third')
        : identityIds,
      id => id,
      id => {}
    )
  }
  properties: {
    source: acsId
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

output topicId string = topic.id
