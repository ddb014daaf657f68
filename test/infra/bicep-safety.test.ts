import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { files, listOf, moduleOf, namesOf, resourceOf } from './bicep.ts';

const storage = moduleOf('storage.bicep');
const access = moduleOf('storage-access.bicep');
const sql = moduleOf('sql.bicep');

/** Every built-in role that is given to anybody, by the file that gives it. */
const BUILT_IN_ROLES = {
  'acs-access.bicep': '09976791-48a7-449e-bb21-39d1a415f350', // Communication and Email Service Owner
  'ai-access.bicep': 'a97b65f3-24c7-4388-baec-2e87135dc908', // Cognitive Services User
  'event-topic.bicep': 'd5a91429-5739-47e2-a06b-3470a27159e7', // EventGrid Data Sender
  'key-vault-access.bicep': '4633458b-17de-408a-b874-0445c86b69e6', // Key Vault Secrets User
  'registry-access.bicep': '7f951dda-4ed3-4680-a7ca-43fe172d538d', // AcrPull
  'storage-access.bicep': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', // Storage Blob Data Contributor, for dead letters
};

test('the server may read and insert entities of the log, and nothing else', () => {
  const role = resourceOf(access, 'callLogRole');
  assert.equal(listOf(role, 'actions'), []);
  assert.equal(listOf(role, 'dataActions'), [
    'Microsoft.Storage/storageAccounts/tableServices/tables/entities/read',
    'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action',
  ]);
});

test('the server may read and create checkpoints, and change or remove none, in their container only', () => {
  const role = resourceOf(access, 'checkpointRole');
  const containers = 'Microsoft.Storage/storageAccounts/blobServices/containers';
  assert.equal(listOf(role, 'actions'), [`${containers}/read`]);
  assert.equal(listOf(role, 'dataActions'), [`${containers}/blobs/read`, `${containers}/blobs/add/action`]);
  assert.match(resourceOf(access, 'appKeepsCheckpoints'), /^ {2}scope: checkpoints$/m);
  assert.match(resourceOf(storage, 'checkpoints'), /publicAccess: 'None'$/m);
});

test('the role of the queue reaches no table and makes or deletes no queue', () => {
  const role = resourceOf(access, 'dialQueueRole');
  const queues = 'Microsoft.Storage/storageAccounts/queueServices/queues';
  assert.equal(listOf(role, 'actions'), [`${queues}/read`]);
  for (const action of listOf(role, 'dataActions') ?? ['none'])
    assert.ok(action.startsWith(`${queues}/messages/`), action);
});

test('nobody has a role that is not listed here', () => {
  const found = files.flatMap(({ file, text }) =>
    namesOf(text, /'([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})'/g).map((id) => [file, id]),
  );
  assert.equal(Object.fromEntries(found), BUILT_IN_ROLES);
  assert.is(found.length, Object.keys(BUILT_IN_ROLES).length);
  const definitions = files.flatMap(({ text }) =>
    namesOf(text, /^resource (\w+) 'Microsoft\.Authorization\/roleDefinitions/gm),
  );
  assert.equal(definitions, ['callLogRole', 'dialQueueRole', 'checkpointRole']);
});

test('dead letters are written by an identity that may write into their container only', () => {
  const assignment = resourceOf(access, 'deliveryWritesDeadLetters');
  assert.match(assignment, /^ {2}scope: deadLetters$/m);
  assert.match(assignment, /principalId: deliveryPrincipalId$/m);
});

test('the storage account has no keys to give away, and speaks TLS 1.2 or better', () => {
  const account = resourceOf(storage, 'account');
  assert.match(account, /^ {4}allowSharedKeyAccess: false$/m);
  assert.match(account, /^ {4}minimumTlsVersion: 'TLS1_[23]'$/m);
  assert.match(account, /^ {4}supportsHttpsTrafficOnly: true$/m);
  assert.match(account, /^ {4}allowBlobPublicAccess: false$/m);
});

test('the account of the log cannot be deleted', () => {
  const lock = resourceOf(storage, 'lock');
  assert.match(lock, /^ {2}scope: account$/m);
  assert.match(lock, /level: 'CanNotDelete'$/m);
});

test('writes to the log are recorded; reads, whose addresses hold member ids, are not', () => {
  const audit = resourceOf(storage, 'tableAudit');
  assert.match(audit, /^ {2}scope: tableService$/m);
  assert.equal(namesOf(audit, /category: '(\w+)'/g), ['StorageWrite', 'StorageDelete']);
  assert.not.match(audit, /categoryGroup|enabled: false/);
});

test('deleted dead letters can be had back for a while', () => {
  const blobs = resourceOf(storage, 'blobService');
  for (const policy of ['deleteRetentionPolicy', 'containerDeleteRetentionPolicy']) {
    assert.match(blobs, new RegExp(`${policy}: \\{\\s+enabled: true\\s+days: \\d+`));
  }
  assert.match(resourceOf(storage, 'deadLetters'), /publicAccess: 'None'$/m);
});

test('SQL knows logins of Entra ID only, and speaks TLS 1.2 or better', () => {
  const server = resourceOf(sql, 'server');
  assert.match(server, /azureADOnlyAuthentication: true$/m);
  assert.match(server, /minimalTlsVersion: '1\.[23]'$/m);
  assert.not.match(sql.text, /administratorLogin/);
});

test('SQL is audited without its statements, which hold numbers and answers', () => {
  const auditing = resourceOf(sql, 'auditing');
  assert.match(auditing, /state: 'Enabled'$/m);
  assert.match(auditing, /isAzureMonitorTargetEnabled: true$/m);
  const groups = listOf(auditing, 'auditActionsAndGroups') ?? [];
  assert.ok(groups.includes('FAILED_DATABASE_AUTHENTICATION_GROUP'));
  for (const group of groups) assert.not.match(group, /BATCH|SELECT|INSERT|UPDATE|SCHEMA_OBJECT_ACCESS/);
});

test('the topic for other systems takes no keys, and CloudEvents only', () => {
  const topic = resourceOf(moduleOf('event-topic.bicep'), 'topic');
  assert.match(topic, /disableLocalAuth: true$/m);
  assert.match(topic, /minimumTlsVersionAllowed: '1\.2'$/m);
  assert.match(topic, /inputSchema: 'CloudEventSchemaV1_0'$/m);
});

test('what Event Grid cannot deliver is kept, and what it delivers carries a token of Entra ID', () => {
  const subscription = resourceOf(moduleOf('event-subscription.bicep'), 'eventSubscription');
  assert.match(subscription, /deadLetterWithResourceIdentity: \{\s+identity: \{\s+type: 'UserAssigned'/);
  assert.match(subscription, /endpointType: 'StorageBlob'/);
  assert.match(subscription, /blobContainerName: deadLetterContainerName$/m);
  assert.match(subscription, /azureActiveDirectoryTenantId: tenant\(\)\.tenantId$/m);
  assert.match(subscription, /azureActiveDirectoryApplicationIdOrUri: eventGridAudience$/m);
  assert.match(subscription, /minimumTlsVersionAllowed: '1\.2'$/m);
  assert.match(subscription, /eventDeliverySchema: 'CloudEventSchemaV1_0'$/m);
});

test('the identity of a global system topic is user-assigned, for Azure refuses the other kind', () => {
  const topic = resourceOf(moduleOf('system-topic.bicep'), 'topic');
  assert.match(topic, /location: 'global'$/m);
  assert.match(topic, /type: 'UserAssigned'$/m);
});

test('the server is reached by https only', () => {
  assert.match(resourceOf(moduleOf('container-app.bicep'), 'app'), /allowInsecure: false$/m);
});

test('no key or password is asked for, read or put out', () => {
  for (const { file, text, outputs, params } of files) {
    assert.not.match(text, /\blist[A-Z]\w*\(|\bgetSecret\(|@secure\(/, file);
    for (const name of [...outputs, ...params.keys()]) {
      assert.not.match(
        name,
        /password|connectionString|accessKey|sas|secret(?!(?:Before)?(?:Name|Uri)$)/i,
        `${file}: ${name}`,
      );
    }
  }
});

test('what is secret reaches the server and its job as a secret, not as text', () => {
  const { text } = moduleOf('container-app.bicep');
  const job = moduleOf('verify-job.bicep').text;
  const open = namesOf(text + job, /\{ name: '([A-Z_]+)', value:/g);
  for (const name of open) assert.not.match(name, /SECRET|KEY|PASSWORD|CONNECTION_STRING/, name);
  for (const one of [text, job]) assert.match(one, /keyVaultUrl: callbackSecretUri$/m);
  assert.match(text, /name: 'checkpoint-key', keyVaultUrl: checkpointSecretUri,/);
});

test.run();
