import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXAMPLES, type Example, type Json, resourceOf, resourcesOf, scopeOf, snapshotOf } from './snapshot.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const LOCK = 'Microsoft.Authorization/locks';
const DIAGNOSTICS = 'Microsoft.Insights/diagnosticSettings';
const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';

/** By the last letters before what makes a name unique: `st` holds the log, `dl` dead letters. */
function accountOf(example: Example, kind: 'st' | 'dl'): Json {
  const found = resourcesOf(example, ACCOUNT).filter(({ name }) => new RegExp(`${kind}[a-z0-9]{13}$`).test(name));
  return found.length === 1 ? found[0] : null;
}

/** HIPAA keeps six years (45 CFR 164.316(b)(2)(i)). */
const SIX_YEARS = 2_192;

for (const example of EXAMPLES) {
  test(`${example}: no storage account has keys to give away, and all speak TLS 1.2 or better`, () => {
    for (const { properties } of resourcesOf(example, ACCOUNT)) {
      assert.is(properties.allowSharedKeyAccess, false);
      assert.match(properties.minimumTlsVersion, /^TLS1_[23]$/);
      assert.is(properties.supportsHttpsTrafficOnly, true);
      assert.is(properties.allowBlobPublicAccess, false);
    }
  });

  test(`${example}: tables and queues can be put under a key of the plan's own later`, () => {
    const { services } = accountOf(example, 'st').properties.encryption;
    for (const service of ['table', 'queue']) assert.is(services[service].keyType, 'Account', service);
  });

  test(`${example}: dead letters lie in an account of their own, can be had back for a while, and go in the end`, () => {
    const account = accountOf(example, 'dl');
    assert.is(account === null, example === 'teams');
    const containers = resourcesOf(example, `${ACCOUNT}/blobServices/containers`).map(({ name }) => name.split('/'));
    for (const [owner, , name] of containers) {
      const isOther = name === 'dead-letters';
      assert.is(owner, isOther ? account.name : accountOf(example, 'st').name, name);
    }
    assert.equal(containers.map(([, , name]) => name).sort(), ['checkpoints', ...(account ? ['dead-letters'] : [])]);
    for (const { properties } of resourcesOf(example, `${ACCOUNT}/blobServices`)) {
      assert.ok(properties.deleteRetentionPolicy.days > 7);
      assert.ok(properties.containerDeleteRetentionPolicy.days > 7);
    }
    for (const { name, properties } of resourcesOf(example, `${ACCOUNT}/managementPolicies`)) {
      assert.is(name.split('/')[0], account.name);
      assert.equal(properties.policy.rules[0].definition.filters.prefixMatch, ['dead-letters/']);
    }
  });

  test(`${example}: log, members and audit cannot be deleted by mistake`, () => {
    const locked = resourcesOf(example, LOCK);
    for (const { properties } of locked) assert.is(properties.level, 'CanNotDelete');
    const kinds = locked.map((lock) => scopeOf(lock).split('/').at(-2)).sort();
    // The database and not its server: firewall rules would inherit that lock.
    assert.equal(kinds, ['databases', 'storageAccounts', 'workspaces']);
    assert.ok(locked.some((lock) => scopeOf(lock) === accountOf(example, 'st').id));
    assert.ok(locked.some((lock) => scopeOf(lock).endsWith('-audit')));
  });

  test(`${example}: checkpoints cannot be changed for seven years, once the policy is locked`, () => {
    const policies = resourcesOf(example, `${ACCOUNT}/blobServices/containers/immutabilityPolicies`);
    // One that has been locked takes no deployment.
    assert.is(policies.length, example === 'everything' ? 0 : 1);
    for (const { name, properties } of policies) {
      assert.match(name, /\/checkpoints\/default$/);
      assert.is(properties.immutabilityPeriodSinceCreationInDays, 2_555);
      assert.is(properties.allowProtectedAppendWrites, false);
    }
  });

  test(`${example}: who read and wrote the stores goes into a workspace of its own, without a ceiling, for six years`, () => {
    const audit = resourceOf(example, WORKSPACE, '-audit');
    assert.is(audit.properties.workspaceCapping.dailyQuotaGb, -1);
    assert.is(audit.properties.features.enableLogAccessUsingOnlyResourcePermissions, false);
    const tables = resourcesOf(example, `${WORKSPACE}/tables`);
    for (const { name, properties } of tables) {
      assert.ok(name.startsWith(`${audit.name}/`), name);
      assert.is(properties.retentionInDays, 90);
      assert.ok(properties.totalRetentionInDays >= SIX_YEARS);
    }
    const kept = tables.map(({ name }) => name.split('/')[1]);
    assert.equal(kept.sort(), ['AzureDiagnostics', 'StorageBlobLogs', 'StorageQueueLogs', 'StorageTableLogs']);
  });

  test(`${example}: reads, writes and deletions of the log, its checkpoints and dead letters are recorded there`, () => {
    const audit = resourceOf(example, WORKSPACE, '-audit').id;
    const told = resourcesOf(example, DIAGNOSTICS).filter(({ properties }) => properties.workspaceId === audit);
    const services = told.map((one) =>
      scopeOf(one)
        .split('/')
        .slice(-4)
        .join('/')
        .replace(/^.*storageAccounts/, ''),
    );
    assert.is(services.filter((path) => path.includes('tableServices')).length, 1);
    assert.is(services.filter((path) => path.includes('blobServices')).length, example === 'teams' ? 1 : 2);
    for (const one of told.filter((each) => scopeOf(each).includes('/storageAccounts/'))) {
      const categories = one.properties.logs
        .filter(({ enabled }: Json) => enabled)
        .map(({ category }: Json) => category);
      assert.equal(categories, ['StorageRead', 'StorageWrite', 'StorageDelete']);
    }
  });

  test(`${example}: SQL is audited there, without its statements, which hold numbers and answers`, () => {
    const { properties } = resourceOf(example, 'Microsoft.Sql/servers/auditingSettings');
    assert.is(properties.state, 'Enabled');
    assert.is(properties.isAzureMonitorTargetEnabled, true);
    assert.ok(properties.auditActionsAndGroups.includes('FAILED_DATABASE_AUTHENTICATION_GROUP'));
    for (const group of properties.auditActionsAndGroups)
      assert.not.match(group, /BATCH|SELECT|INSERT|UPDATE|SCHEMA_OBJECT_ACCESS/);
    const [out, ...others] = resourcesOf(example, DIAGNOSTICS).filter((one) =>
      scopeOf(one).endsWith('/databases/master'),
    );
    assert.equal(others, []);
    assert.is(out!.properties.workspaceId, resourceOf(example, WORKSPACE, '-audit').id);
  });

  test(`${example}: SQL knows logins of Entra ID only, and speaks TLS 1.2 or better`, () => {
    const { properties } = resourceOf(example, 'Microsoft.Sql/servers');
    assert.is(properties.administrators.azureADOnlyAuthentication, true);
    assert.match(properties.minimalTlsVersion, /^1\.[23]$/);
    assert.not.ok('administratorLogin' in properties);
  });

  test(`${example}: nobody sends events or telemetry, or reads logs, by a key`, () => {
    const topic = resourceOf(example, 'Microsoft.EventGrid/topics').properties;
    assert.is(topic.disableLocalAuth, true);
    assert.is(topic.inputSchema, 'CloudEventSchemaV1_0');
    assert.match(topic.minimumTlsVersionAllowed, /^1\.[23]$/);
    assert.is(resourceOf(example, 'Microsoft.Insights/components').properties.DisableLocalAuth, true);
    for (const { properties } of resourcesOf(example, WORKSPACE)) assert.is(properties.features.disableLocalAuth, true);
  });

  test(`${example}: no key is read, and none is put out`, () => {
    assert.not.match(
      JSON.stringify(snapshotOf(example)),
      /\blist(?:Keys|Secrets|AccountSas|ServiceSas|ConnectionStrings)?\(/i,
    );
    for (const [name, value] of Object.entries(snapshotOf(example).outputs))
      assert.not.match(`${name} ${value}`, /password|connectionString|accessKey|secret/i);
  });
}

test('what Event Grid cannot deliver is kept there, by an identity that may write there only', () => {
  const { properties } = resourceOf('everything', 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const { identity, deadLetterDestination } = properties.deadLetterWithResourceIdentity;
  assert.match(identity.userAssignedIdentity, /-delivery$/);
  assert.is(deadLetterDestination.properties.resourceId, accountOf('everything', 'dl').id);
  assert.is(deadLetterDestination.properties.blobContainerName, 'dead-letters');
});

test('what it delivers carries a token of Entra ID', () => {
  const { properties } = resourceOf('everything', 'Microsoft.EventGrid/systemTopics/eventSubscriptions').properties
    .destination;
  assert.match(properties.azureActiveDirectoryTenantId, /^1{8}-/);
  assert.match(properties.azureActiveDirectoryApplicationIdOrUri, /^api:\/\//);
  assert.is(properties.minimumTlsVersionAllowed, '1.2');
});

test('the containers can be in a network of the plan, which cannot be changed later', () => {
  const networkOf = (example: Example): Json =>
    resourceOf(example, 'Microsoft.App/managedEnvironments').properties.vnetConfiguration;
  assert.match(networkOf('everything').infrastructureSubnetId, /\/subnets\/callistra$/);
  assert.is(networkOf('minimal'), null);
});

test('each of the resource groups in which costs arise can have a budget', () => {
  const budgets = resourcesOf('everything', 'Microsoft.Consumption/budgets');
  const groups = budgets.map(({ id }) => /\/resourceGroups\/([^/]+)\//.exec(id)?.[1]);
  assert.equal(groups, ['rg-callistra-prod', 'rg-plan-telephony', 'rg-plan-ai']);
  for (const { properties } of budgets) assert.is(properties.timePeriod.startDate, '2026-12-01');
  assert.equal(resourcesOf('minimal', 'Microsoft.Consumption/budgets'), []);
});

test.run();
