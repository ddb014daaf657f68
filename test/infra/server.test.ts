import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { queueNames } from '../../src/adapters/queues/storage-queues.ts';
import { NIGHT_HOUR } from '../../src/audit/verify/night.ts';
import { HUNG_MS, LAST_MS } from '../../src/cli/commands/serve.ts';
import { HEALTH_ROUTES } from '../../src/http/operation/health.ts';
import { namesOf, read, sourcesOf } from './files.ts';
import { containerOf, EXAMPLES, type Example, JOB, type Json, resourceOf, resourcesOf, SERVER } from './snapshot.ts';

const TABLE = 'Microsoft.Storage/storageAccounts/tableServices/tables';
const QUEUE = 'Microsoft.Storage/storageAccounts/queueServices/queues';
const SUBSCRIPTION = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';

function settingOf(example: Example, name: string): string {
  return containerOf(resourceOf(example, SERVER)).env.find((one: Json) => one.name === name).value;
}

function lastNames(example: Example, type: string): string[] {
  return resourcesOf(example, type).map(({ name }) => name.split('/').at(-1)!);
}

for (const example of EXAMPLES) {
  test(`${example}: the tables that are made are those of the log, which the code opens, and that of places for calls`, () => {
    const prefix = settingOf(example, 'TABLES_PREFIX');
    const opened = namesOf(read('src/log/tables/client.ts'), /\$\{prefix\}(\w+)/g);
    assert.equal(opened, ['Events', 'Register']);
    assert.equal(
      lastNames(example, TABLE),
      [...opened, 'Dialling'].map((name) => prefix + name),
    );
  });

  test(`${example}: the queues that are made are those of wake-ups, which the code opens; the first wakes the server`, () => {
    const { calls, poison } = queueNames(settingOf(example, 'QUEUE_PREFIX'));
    assert.equal(lastNames(example, QUEUE), [calls, poison]);
    const { scale } = resourceOf(example, SERVER).properties.template;
    const rule = scale.rules.find(({ custom }: Json) => custom?.type === 'azure-queue').custom;
    assert.is(rule.metadata.queueName, calls);
    // Messages that nobody sees yet count too: each is a call that stands.
    assert.is(rule.metadata.queueLengthStrategy, 'all');
    assert.match(rule.identity, /-app$/);
    assert.ok(
      resourcesOf(example, 'Microsoft.Storage/storageAccounts').some(({ name }) => name === rule.metadata.accountName),
    );
  });

  test(`${example}: the probes ask routes that the server has, where it listens, as ingress and image do`, () => {
    const server = resourceOf(example, SERVER);
    const { probes } = containerOf(server);
    const [live, ready] = HEALTH_ROUTES;
    assert.equal(
      probes.map(({ httpGet }: Json) => httpGet.path),
      [live, live, ready],
    );
    const port = Number(settingOf(example, 'PORT'));
    for (const { httpGet } of probes) assert.is(httpGet.port, port);
    assert.is(server.properties.configuration.ingress.targetPort, port);
    assert.match(read('Dockerfile'), new RegExp(`^EXPOSE ${port}$`, 'm'));
  });

  test(`${example}: the ingress is https, a proxy, and the only one that the server is told to believe`, () => {
    const { ingress } = resourceOf(example, SERVER).properties.configuration;
    assert.is(ingress.external, true);
    assert.is(ingress.allowInsecure, false);
    assert.is(settingOf(example, 'TRUSTED_HOPS'), '1');
  });

  test(`${example}: it is given more time to stop than it takes`, () => {
    const givenMs = resourceOf(example, SERVER).properties.template.terminationGracePeriodSeconds * 1_000;
    assert.ok(givenMs > Number(settingOf(example, 'SHUTDOWN_SECONDS')) * 1_000 + LAST_MS + HUNG_MS);
  });

  test(`${example}: jobs run commands that there are, each as who it must be`, () => {
    const cli = sourcesOf('src/cli');
    for (const job of resourcesOf(example, JOB)) {
      for (const word of containerOf(job).args)
        assert.match(cli, new RegExp(`(?:\\.command\\(|new Option\\()'${word}\\b`), word);
    }
    const identities = (part: string): string[] =>
      Object.keys(resourceOf(example, JOB, part).identity.userAssignedIdentities).map((id) => id.split('-').at(-1)!);
    // Only that one may change tables of SQL.
    assert.equal(identities('migrate'), ['migrate']);
    assert.equal(identities('verify'), ['app']);
  });

  test(`${example}: the log is verified every night, once, before the servers would`, () => {
    const job = resourceOf(example, JOB, 'verify');
    assert.equal(containerOf(job).args, ['audit', 'verify', '--nightly']);
    const { configuration } = job.properties;
    const [, minute, hour] = /^(\d+) (\d+) \* \* \*$/.exec(configuration.scheduleTriggerConfig.cronExpression) ?? [];
    assert.ok(Number(minute) < 60 && Number(hour) < NIGHT_HOUR);
    // A second try would find the night taken, and call that a success.
    assert.is(configuration.replicaRetryLimit, 0);
  });

  test(`${example}: whoever waits for a paused database has time for it`, () => {
    // Three minutes and what the tries take.
    assert.ok(resourceOf(example, JOB, 'migrate').properties.configuration.replicaTimeout > 2 * 180);
  });

  test(`${example}: all pull the same image`, () => {
    const images = [...resourcesOf(example, SERVER), ...resourcesOf(example, JOB)].map((one) => containerOf(one).image);
    assert.equal([images.length, new Set(images).size], [3, 1]);
  });
}

test('Event Grid is sent to the route that takes its deliveries, under a name that the server allows', () => {
  const { name, properties } = resourceOf('everything', SUBSCRIPTION);
  const { origin, pathname } = new URL(properties.destination.properties.endpointUrl);
  assert.is(origin, settingOf('everything', 'PUBLIC_BASE_URL'));
  assert.ok(sourcesOf('src/http').includes(`'${pathname}'`), pathname);
  assert.is(name.split('/').at(-1), settingOf('everything', 'EVENT_GRID_SUBSCRIPTIONS'));
  assert.is(properties.eventDeliverySchema, 'CloudEventSchemaV1_0');
});

test('a subscription is made only when it is asked for, because the server must run first', () => {
  assert.equal(resourcesOf('minimal', SUBSCRIPTION), []);
  assert.equal(resourcesOf('teams', SUBSCRIPTION), []);
});

test('a topic that ACS has already keeps what others have given it', () => {
  const TOPIC = 'Microsoft.EventGrid/systemTopics';
  const { name, tags, identity } = resourceOf('everything', TOPIC);
  const isRead = /reference\('[^']+\/systemTopics\/plan-acs-topic', '[\d-]+', 'full'\)/;
  assert.is(name, 'plan-acs-topic');
  assert.match(String(tags), isRead);
  assert.match(identity.userAssignedIdentities, isRead);
  assert.match(identity.userAssignedIdentities, /id-longname-longer-delivery/);
  // One of our own is given ours alone; a topic of a global resource takes no other kind.
  const own = resourceOf('minimal', TOPIC);
  assert.is(own.identity.type, 'UserAssigned');
  assert.match(Object.keys(own.identity.userAssignedIdentities).join(), /id-calls-prod-delivery$/);
});

test('two deployments on one ACS disturb each other nowhere', () => {
  const inGroups = (example: Example): string[] =>
    ['telephony', 'ai'].flatMap((group) =>
      resourcesOf(example, 'Microsoft.EventGrid/systemTopics/eventSubscriptions')
        .concat(resourcesOf(example, 'Microsoft.Consumption/budgets'))
        .filter(({ id }) => id.includes(`/rg-plan-${group}/`))
        .map(({ name }) => name),
    );
  const made = inGroups('everything');
  assert.ok(made.length > 2);
  for (const name of made) assert.match(name, 'longname-longer');
});

test.run();
