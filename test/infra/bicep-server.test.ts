import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { queueNames } from '../../src/adapters/queues/storage-queues.ts';
import { NIGHT_HOUR } from '../../src/audit/verify/night.ts';
import { HUNG_MS, LAST_MS } from '../../src/cli/commands/serve.ts';
import { readConfig } from '../../src/config/config.ts';
import { listOf, main, moduleOf, namesOf, read, resourceOf, sourcesOf, usesInMain } from './bicep.ts';

const container = moduleOf('container-app.bicep');
const job = moduleOf('migrate-job.bicep');
const nightly = moduleOf('verify-job.bicep');
const app = resourceOf(container, 'app');

/** The Azure SDK's, not ours: which of its identities a process is. */
const OF_THE_SDK = ['AZURE_CLIENT_ID', 'AZURE_TOKEN_CREDENTIALS'];

function settingsOf(text: string): string[] {
  return namesOf(text, /\{ name: '([A-Z][A-Z_]+)'/g);
}

test('every setting that a container is given is one that the code reads', () => {
  const sources = sourcesOf('src');
  const settings = [...settingsOf(container.text), ...settingsOf(job.text), ...settingsOf(nightly.text)];
  assert.ok(settings.length > 20);
  for (const name of settings.filter((one) => !OF_THE_SDK.includes(one))) {
    // Storage settings are read as a group's name and an ending.
    const [, group, ending] = /^(TABLES|QUEUE)(_[A-Z]+)$/.exec(name) ?? [];
    const isRead = sources.includes(`'${name}'`);
    const isReadInParts =
      group !== undefined && sources.includes(`'${group}'`) && sources.includes(`\${group}${ending}`);
    assert.ok(isRead || isReadInParts, name);
  }
});

test('neither the image nor what is deployed has anybody’s answers made up', () => {
  for (const text of [read('Dockerfile'), main.text, container.text, job.text, nightly.text])
    assert.not.match(text, 'SIMULATOR');
});

test('the server has no setting twice', () => {
  const settings = settingsOf(container.text);
  assert.equal([...new Set(settings)], settings);
});

test('the tables that are made are those that the log opens', () => {
  const made = namesOf(main.text, /'\$\{tablesPrefix\}(\w+)'/g);
  assert.equal(made, ['Events', 'Register']);
  const client = read('src/log/tables/client.ts');
  for (const name of made) assert.ok(client.includes(`\${prefix}${name}`), name);
});

test('the queues that are made are those that the server opens', () => {
  const made = namesOf(main.text, /^ {2}'\$\{queuePrefix\}(-[\w-]+)'$/gm).map((ending) => `callistra${ending}`);
  const opened = queueNames('callistra');
  assert.equal([...made].sort(), Object.values(opened).sort());
  assert.is(made[0], opened.calls);
});

test('the queue that wakes the server is the first that is made, asked with its own identity', () => {
  assert.match(main.text, /wakeQueueName: queueNames\[0\]$/m);
  const rule = /custom: \{(.*?)^ {12}\}$/ms.exec(app)?.[1] ?? '';
  assert.match(rule, /type: 'azure-queue'$/m);
  assert.match(rule, /queueName: wakeQueueName$/m);
  assert.match(rule, /identity: identityId$/m);
});

test('Event Grid is sent to the route that takes its deliveries, under a name that the server allows', () => {
  const [path = ''] = namesOf(main.text, /endpointUrl: '\$\{containerApp\.outputs\.baseUrl\}([^']+)'/g);
  assert.ok(sourcesOf('src/http').includes(`'${path}'`), path);
  assert.match(main.text, /eventGridSubscriptionName: eventSubscriptionName$/m);
  assert.match(main.text, /subscriptionName: eventSubscriptionName$/m);
});

test('a subscription on Event Grid is made only when it is asked for, because the server must run first', () => {
  assert.match(main.text, /^param deployEventSubscription bool = false$/m);
  assert.match(main.text, /^module eventSubscription .* = if \(deployEventSubscription\) \{$/m);
});

test('the probes ask routes that the server has', () => {
  const routes = read('src/http/operation/health.ts');
  const asked = namesOf(app, /path: '([^']+)'/g);
  assert.equal(asked, ['/health/live', '/health/live', '/health/ready']);
  for (const path of asked) assert.ok(routes.includes(`'${path}'`), path);
});

test('it listens where ingress, probes and image expect it', () => {
  const [port = ''] = namesOf(container.text, /name: 'PORT', value: '(\d+)'/g);
  assert.equal(new Set([...namesOf(app, /\b(?:targetP|p)ort: (\d+)/g), port]), new Set([port]));
  assert.match(read('Dockerfile'), new RegExp(`^EXPOSE ${port}$`, 'm'));
});

test('the ingress is a proxy, and the only one that it is told to believe', () => {
  assert.equal(namesOf(container.text, /name: 'TRUSTED_HOPS', value: '(\d+)'/g), ['1']);
  assert.match(app, /external: true$/m);
});

test('it is given more time to stop than it takes', () => {
  const [given = '0'] = namesOf(app, /terminationGracePeriodSeconds: (\d+)/g);
  assert.ok(Number(given) * 1000 > readConfig({}).shutdownSeconds * 1000 + LAST_MS + HUNG_MS);
});

test('only the migration job may change tables of SQL, with a command that there is', () => {
  assert.match(container.text, /name: 'SQL_MIGRATE', value: 'false'/);
  assert.match(main.text, /identityId: identities\.outputs\.migrateId$/m);
  const [command = ''] = namesOf(job.text, /args: \['(\w+)'\]/g);
  assert.match(sourcesOf('src/cli'), new RegExp(`\\.command\\('${command}\\b`));
});

test('the job that verifies at night runs a command that there is, before the servers would', () => {
  const args = listOf(nightly.text, 'args') ?? [];
  assert.equal(args, ['audit', 'verify', '--nightly']);
  const cli = sourcesOf('src/cli');
  for (const word of args) assert.match(cli, new RegExp(`(?:\\.command\\(|new Option\\()'${word}\\b`));
  const [, minute, hour] = /cronExpression: '(\d+) (\d+) \* \* \*'$/m.exec(nightly.text) ?? [];
  assert.is(Number(minute) < 60 && Number(hour) < NIGHT_HOUR, true);
});

test('it is tried once, because a second try would find the night taken and call that a success', () => {
  assert.match(nightly.text, /replicaRetryLimit: 0$/m);
});

test('it opens what the server opens, as the server', () => {
  const linesOf = (text: string): readonly string[] =>
    text.match(/\{ name: '[A-Z][A-Z_]+', (?:value|secretRef): .*\}$/gm) ?? [];
  const servers = linesOf(container.text);
  const its = linesOf(nightly.text);
  assert.ok(its.length > 5);
  for (const line of its) assert.ok(servers.includes(line), line);
  const use = usesInMain().find(({ file }) => file === nightly.file);
  const [block = ''] = new RegExp(`^module ${use?.symbol} .*?^}`, 'ms').exec(main.text) ?? [];
  assert.match(block, /identityId: identities\.outputs\.appId$/m);
  assert.match(block, /extraSettings: extraSettings$/m);
});

test('it is given every setting that the command cannot do without, and no key to sign with', () => {
  const env = Object.fromEntries(settingsOf(nightly.text).map((name) => [name, VALUES[name] ?? 'x'.repeat(32)]));
  const { tables, sql, checkpoints } = readConfig(env);
  assert.ok(tables && sql && checkpoints.containerUrl);
  assert.is(checkpoints.key, null);
});

/** Where only an address will do. */
const VALUES: Readonly<Record<string, string>> = {
  TABLES_ENDPOINT: 'https://plan.table.core.windows.net',
  TABLES_PREFIX: 'Callistra',
  CHECKPOINT_CONTAINER_URL: 'https://plan.blob.core.windows.net/checkpoints',
};

test.run();
