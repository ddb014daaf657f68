import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { namesOf, read, root } from './files.ts';
import { EXAMPLES, type Resource, snapshotOf } from './snapshot.ts';

/**
 * How Azure lets its resources be called: the last part of the name (learn.microsoft.com/azure/azure-resource-manager/management/
 * resource-name-rules, read on 26 Nov 2026).
 */
const RULES: Readonly<Record<string, RegExp>> = {
  'Microsoft.App/containerApps': /^[a-z](?!.*--)[a-z0-9-]{0,30}[a-z0-9]$/,
  'Microsoft.App/jobs': /^[a-z](?!.*--)[a-z0-9-]{0,30}[a-z0-9]$/,
  'Microsoft.App/managedEnvironments': /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$/,
  'Microsoft.Authorization/locks': /^[\w.()-]{1,89}[\w()-]$/,
  'Microsoft.Consumption/budgets': /^[\w-]{1,63}$/,
  'Microsoft.EventGrid/systemTopics': /^[A-Za-z0-9-]{3,128}$/,
  'Microsoft.EventGrid/systemTopics/eventSubscriptions': /^[A-Za-z0-9-]{3,64}$/,
  'Microsoft.EventGrid/topics': /^[A-Za-z0-9-]{3,50}$/,
  'Microsoft.Insights/actionGroups': /^[^:<>+/&%\\?|]{1,259}[^:<>+/&%\\?|. ]$/,
  'Microsoft.Insights/components': /^[^%&\\?/]{1,259}[^%&\\?/. ]$/,
  'Microsoft.Insights/diagnosticSettings': /^[^<>*%&:\\?+/]{1,259}[^<>*%&:\\?+/. ]$/,
  'Microsoft.Insights/metricAlerts': /^[^*#&+:<>?@%{}\\/]{1,259}[^*#&+:<>?@%{}\\/. ]$/,
  'Microsoft.Insights/scheduledQueryRules': /^[^*<>%{}&:\\?/#|]{1,259}[^*<>%{}&:\\?/#|. ]$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[A-Za-z0-9][\w-]{2,127}$/,
  'Microsoft.OperationalInsights/workspaces': /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  'Microsoft.Sql/servers': /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/,
  'Microsoft.Sql/servers/databases': /^[^<>*%&:\\/?]{1,127}[^<>*%&:\\/?. ]$/,
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.Storage/storageAccounts/queueServices/queues': /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.Storage/storageAccounts/tableServices/tables': /^[A-Za-z][A-Za-z0-9]{2,62}$/,
};

/** Named by Azure, or by an id. */
const NAMED =
  /(?:\/default|\/(?:StorageTableLogs|StorageBlobLogs|StorageQueueLogs|AzureDiagnostics)|^AllowAllWindowsAzureIps|\/AllowAllWindowsAzureIps)$|^default$/;

function isNamedByUs({ type, name }: Resource): boolean {
  return !type.startsWith('Microsoft.Authorization/role') && !NAMED.test(name);
}

for (const example of EXAMPLES) {
  test(`${example}: every name keeps Azure's rules`, () => {
    const named = snapshotOf(example).predictedResources.filter(isNamedByUs);
    assert.ok(named.length > 30);
    for (const { type, name } of named) {
      const rule = RULES[type];
      assert.ok(rule, `how may a ${type} be called, such as ${name}?`);
      assert.match(name.split('/').at(-1)!, rule, `${type}: ${name}`);
    }
  });

  test(`${example}: no two resources have one id`, () => {
    const ids = snapshotOf(example).predictedResources.map(({ id }) => id.toLowerCase());
    assert.is(new Set(ids).size, ids.length);
  });

  test(`${example}: whatever stands in a place is labelled`, () => {
    for (const { type, location, tags } of snapshotOf(example).predictedResources) {
      // A database of SQL and what has no place take theirs from what they belong to, or nowhere.
      if (location !== undefined) assert.ok(tags, type);
    }
  });
}

test('one of the examples has the longest names that the parameters allow', () => {
  const lengths = namesOf(
    read('infra/bicep/everything.bicepparam'),
    /^param (?:namePrefix|environmentName|tablesPrefix|queuePrefix) = '(.*)'$/gm,
  );
  const main = read('infra/bicep/main.bicep');
  const most = ['namePrefix', 'environmentName', 'tablesPrefix', 'queuePrefix'].map((name) =>
    Number(new RegExp(`@maxLength\\((\\d+)\\)\\n(?:@.*\\n)*param ${name} `).exec(main)?.[1]),
  );
  assert.equal(
    lengths.map(({ length }) => length),
    most,
  );
});

test('API versions are released ones, and one per type', () => {
  const files = readdirSync(join(root, 'infra/bicep'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.bicep'),
  );
  const versions = new Map<string, string>();
  // Of what is there already too, which no snapshot shows.
  for (const file of files) {
    for (const [, type = '', version = ''] of read(`infra/bicep/${file}`).matchAll(/'(Microsoft\.[^@']+)@([^']+)'/g)) {
      assert.is(versions.get(type) ?? version, version, `${file}: ${type}`);
      versions.set(type, version);
      // Diagnostic settings never had a released version with category groups (Azure Monitor REST reference).
      const isPreviewAllowed = type === 'Microsoft.Insights/diagnosticSettings';
      assert.ok(isPreviewAllowed || !version.includes('preview'), `${file}: ${type}@${version}`);
    }
  }
  assert.ok(versions.size > 20);
});

test('what must be refused is, each for a reason of its own', () => {
  const files = readdirSync(join(root, 'infra/bicep/refused'));
  assert.ok(files.length > 15);
  for (const file of files) assert.match(read(`infra/bicep/refused/${file}`), /^\/\/ Refused: \S.{20,}$/m, file);
});

test.run();
