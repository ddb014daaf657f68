import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HEALTH_PROBLEMS } from '../../src/app/api.ts';
import { namesOf, read, sourcesOf } from './files.ts';
import { EXAMPLES, type Example, JOB, type Json, resourceOf, resourcesOf, SERVER } from './snapshot.ts';

const METRIC = 'Microsoft.Insights/metricAlerts';
const QUERY = 'Microsoft.Insights/scheduledQueryRules';

/**
 * What Azure measures: aggregations and dimensions of each metric that an alert watches. From MicrosoftDocs/azure-monitor-docs,
 * articles/azure-monitor/reference/supported-metrics: Event Grid's of 31 Jul 2026, read on 26 Nov 2026; those of Container Apps, SQL
 * and storage as they stood there in 2025.
 */
const METRICS: Readonly<
  Record<string, { readonly aggregations: readonly string[]; readonly dimensions: readonly string[] }>
> = {
  'Microsoft.App/containerapps Requests': {
    aggregations: ['Total', 'Average', 'Maximum', 'Minimum'],
    dimensions: ['revisionName', 'podName', 'statusCodeCategory', 'statusCode'],
  },
  'Microsoft.EventGrid/systemTopics DeadLetteredCount': {
    aggregations: ['Total'],
    dimensions: ['DeadLetterReason', 'EventSubscriptionName'],
  },
  'Microsoft.EventGrid/systemTopics DroppedEventCount': {
    aggregations: ['Total'],
    dimensions: ['DropReason', 'EventSubscriptionName'],
  },
  'Microsoft.EventGrid/systemTopics DeliveryAttemptFailCount': {
    aggregations: ['Total'],
    dimensions: ['Error', 'ErrorType', 'EventSubscriptionName'],
  },
  'Microsoft.EventGrid/topics PublishFailCount': { aggregations: ['Total'], dimensions: ['ErrorType', 'Error'] },
  'Microsoft.Sql/servers/databases connection_failed': {
    aggregations: ['Total', 'Count'],
    dimensions: ['Error', 'ValidatedDriverNameAndVersion'],
  },
  'Microsoft.Storage/storageAccounts Transactions': {
    aggregations: ['Total'],
    dimensions: ['ResponseType', 'GeoType', 'ApiName', 'Authentication', 'TransactionType'],
  },
};

/** Columns of the tables that are asked (same source, reference/tables, of 27 Jul 2026). */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  AppMetrics: ['Name', 'Sum', 'Properties', 'TimeGenerated'],
  ContainerAppConsoleLogs: ['ContainerAppName', 'Log', 'TimeGenerated'],
  ContainerAppSystemLogs: ['ContainerAppName', 'JobName', 'Reason', 'Log', 'TimeGenerated'],
};

function queriesOf(example: Example): readonly (readonly [name: string, query: string])[] {
  return resourcesOf(example, QUERY).map(({ name, properties }) => [
    name.replace(/^alert-[a-z]+-[a-z]+-/, ''),
    properties.criteria.allOf[0].query,
  ]);
}

for (const example of EXAMPLES) {
  test(`${example}: metrics are asked for what Azure measures of them`, () => {
    const watched = resourcesOf(example, METRIC).flatMap(({ properties }) => properties.criteria.allOf as Json[]);
    assert.ok(watched.length > 3);
    for (const { metricNamespace, metricName, timeAggregation, dimensions } of watched) {
      const known = METRICS[`${metricNamespace} ${metricName}`];
      assert.ok(known, `what is ${metricNamespace} ${metricName}?`);
      assert.ok(known.aggregations.includes(timeAggregation), metricName);
      for (const { name } of dimensions) assert.ok(known.dimensions.includes(name), `${metricName}: ${name}`);
    }
    // It counts on and on: the total over a window would count one restart with every sample.
    assert.not.ok(watched.some(({ metricName }) => metricName === 'RestartCount'));
  });

  test(`${example}: logs are asked for tables and columns that there are`, () => {
    for (const [name, query] of queriesOf(example)) {
      const [table = ''] = namesOf(query, /^(\w+) \|/g);
      const columns = COLUMNS[table];
      assert.ok(columns, `${name}: what is ${table}?`);
      const asked = namesOf(query.replaceAll(/"[^"]*"/g, '""'), /\b(\w+)(?:\.\w+\))? (?:==|!?has(?:_any)?|>)/g);
      for (const column of [...asked, ...namesOf(query, /tostring\((\w+)/g)])
        assert.ok(column === 'code' || columns.includes(column), `${name}: ${column}`);
    }
  });

  test(`${example}: alerts reach somebody, resolve by themselves, and look at least as far back as they are apart`, () => {
    for (const { name, properties } of [...resourcesOf(example, METRIC), ...resourcesOf(example, QUERY)]) {
      assert.is(properties.enabled, true, name);
      assert.is(properties.autoMitigate, true, name);
      assert.match(JSON.stringify(properties.actions), /\/actionGroups\/ag-/, name);
      const minutes = (text: string): number => Number(/^PT(\d+)M$/.exec(text)?.[1]);
      assert.ok(minutes(properties.windowSize) >= minutes(properties.evaluationFrequency), name);
    }
  });

  test(`${example}: who is woken is told of this server and this job`, () => {
    const names = [resourceOf(example, SERVER).name, resourceOf(example, JOB, 'verify').name];
    for (const [, query] of queriesOf(example))
      for (const name of namesOf(query, /(?:ContainerAppName|JobName) == "([^"]*)"/g))
        assert.ok(names.includes(name), name);
  });
}

test('somebody is woken for each of these', () => {
  const namesIn = (type: string): string[] =>
    resourcesOf('minimal', type).map(({ name }) => name.replace('alert-calls-prod-', ''));
  assert.equal(namesIn(METRIC).sort(), [
    ...['dead-letters', 'delivery-failures', 'dropped-events', 'publish-failures', 'server-errors', 'sql-connections'],
    ...['storage-refusals', 'storage-throttling'],
  ]);
  assert.equal(namesIn(QUERY).sort(), [
    ...['break-glass', 'calls-parked', 'checkpoint-fork', 'checkpoints-late', 'dialling-paused', 'log-altered'],
    ...['not-ready', 'restarts', 'verification', 'wake-ups-set-aside'],
  ]);
});

test('where a Teams resource account calls, nobody is woken for a topic that there is not', () => {
  assert.not.match(JSON.stringify(resourcesOf('teams', METRIC)), 'systemTopics');
});

test('problems are asked for by codes that the server names, under the name of its metric', () => {
  const asked = queriesOf('minimal').filter(([, query]) => query.startsWith('AppMetrics'));
  const codes = asked.flatMap(([, query]) => namesOf(query, /code\) == "([A-Z_]+)"/g));
  assert.is(codes.length, asked.length);
  for (const code of codes) assert.ok((HEALTH_PROBLEMS as readonly string[]).includes(code), code);
  const metrics = read('src/adapters/telemetry/metrics.ts');
  for (const [, query] of asked)
    for (const name of namesOf(query, /Name == "([^"]+)"/g)) assert.ok(metrics.includes(`'${name}'`), name);
});

test('lines of the process log are asked for by words that the code writes', () => {
  const sources = sourcesOf('src');
  const words = queriesOf('minimal')
    .filter(([, query]) => query.startsWith('ContainerAppConsoleLogs'))
    .flatMap(([, query]) => namesOf(query, /Log has "([^"]+)"/g));
  assert.is(words.length, 2);
  for (const word of words) assert.ok(sources.includes(`'${word}'`), word);
});

test.run();
