import { writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openTablesLog } from '../../src/log/tables/log.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { callistra } from '../cli/terminal.ts';
import { makeDataDir } from '../e2e/rig.ts';
import { azurite } from '../support/azurite.ts';

type Context = { simulator: Simulator; dataDir: string };
type Finding = { name: string; verdict: string; detail: string };

const tests = suite<Context>('callistra doctor');

tests.before.each(async (context) => {
  context.simulator = await startSimulator({ seed: 1 });
  context.dataDir = await makeDataDir([]);
});
tests.after.each(({ simulator }) => simulator.close());

function acsOf({ settings }: Simulator): Record<string, string> {
  return { ...settings, PUBLIC_BASE_URL: 'http://127.0.0.1:9' };
}

async function examine(env: Record<string, string>): Promise<{ code: number; of(name: string): Finding | undefined }> {
  const { code, json } = await callistra(['doctor', '--json'], env);
  const findings = json[0] as Finding[];
  return { code, of: (name) => findings.find((finding) => finding.name === name) };
}

async function answering(body: string, headers: Record<string, string>): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

tests('with a simulator all is well, and it says that nobody would be called', async ({ dataDir }) => {
  const { code, of } = await examine({ DATA_DIR: dataDir, SIMULATOR: 'true' });
  assert.is(code, 0);
  assert.equal([of('questionnaire')?.verdict, of('staff')?.verdict, of('data directory')?.verdict], ['ok', 'ok', 'ok']);
  assert.is(of('ACS')?.verdict, 'warning');
});

tests('with nobody to place calls it fails, and names both ways', async ({ dataDir }) => {
  const { code, of } = await examine({ DATA_DIR: dataDir });
  assert.is(code, 1);
  assert.match(of('ACS')?.detail ?? '', /ACS_CONNECTION_STRING or ACS_ENDPOINT.*SIMULATOR=true/);
});

tests(
  'shows the whole reason, of every file that the settings name, and settings that nobody reads',
  async ({ dataDir }) => {
    const file = `${dataDir}/odd.json`;
    await writeFile(file, '[{"name":"Hush"},');
    const { code, of } = await examine({
      DATA_DIR: dataDir,
      SIMULATOR: 'true',
      API_KEYS_FILE: file,
      STAFF_NAMES_FILE: file,
      QUESTIONNAIRE_FILE: file,
      CALLISTRA_SOMETHING: 'Hush',
    });
    assert.is(code, 1);
    for (const name of ['staff', 'staff names', 'questionnaire'])
      assert.match(
        of(name)?.detail ?? '',
        `odd.json ${name === 'questionnaire' ? 'cannot be used: it ' : ''}is no JSON: line 1, column 18`,
      );
    assert.equal(of('settings')?.verdict, 'warning');
    assert.match(of('settings')?.detail ?? '', 'CALLISTRA_SOMETHING');
    await writeFile(file, '[{"name":"Hush !"},{}]');
    const { of: others } = await examine({ DATA_DIR: dataDir, SIMULATOR: 'true', API_KEYS_FILE: file });
    const reasons = others('staff')?.detail ?? '';
    assert.ok(
      ['entry 1: name must', 'entry 1: sha256 must', 'entry 2: roles must'].every((words) => reasons.includes(words)),
    );
    assert.not.match(reasons, 'Hush');
  },
);

tests('prints one line for each check, and settings that cannot be used end with 2', async ({ dataDir }) => {
  const { out } = await callistra(['doctor'], { DATA_DIR: dataDir });
  assert.is(out.split('\n').length, 6);
  assert.match(out, /^ok +questionnaire +wellbeing-check@1/m);
  const bad = await callistra(['doctor'], { TABLES_ENDPOINT: 'https://plan.table.core.windows.net' });
  assert.is(bad.code, 2);
  assert.match(bad.err, 'CALLBACK_SECRET_KEY');
});

tests('over Teams it tells what no check can', async ({ dataDir, simulator }) => {
  const account = 'cc123456-5678-4678-9234-ccc123456789';
  const line = { ACS_CALLER_ID: '', ACS_TEAMS_RESOURCE_ACCOUNT: account };
  const grid = { EVENT_GRID_SUBSCRIPTIONS: 'calls', EVENT_GRID_SECRET: 's'.repeat(32) };
  const { of } = await examine({ DATA_DIR: dataDir, ...acsOf(simulator), ...line, ...grid });
  assert.is(of('ACS')?.verdict, 'ok');
  assert.match(of('ACS')?.detail ?? '', 'only a call shows');
  assert.match(of('settings')?.detail ?? '', 'EVENT_GRID_SUBSCRIPTIONS');
  assert.is(simulator.stats().dials, 0);
});

tests('asks ACS with a signed request, places no call, and finds a wrong key', async ({ dataDir, simulator }) => {
  const good = await examine({ DATA_DIR: dataDir, ...acsOf(simulator) });
  assert.equal([good.of('ACS')?.verdict, good.of('ACS keys')?.verdict], ['ok', 'ok']);
  assert.is(simulator.stats().dials, 0);
  const forged = `endpoint=${simulator.url}/;accesskey=${Buffer.from('another').toString('base64')}`;
  const wrong = await examine({ DATA_DIR: dataDir, ...acsOf(simulator), ACS_CONNECTION_STRING: forged });
  assert.is(wrong.code, 1);
  assert.match(wrong.of('ACS')?.detail ?? '', '401/7509');
});

tests('finds an address for callbacks that leads nowhere, or to somebody else', async ({ dataDir, simulator }) => {
  const nowhere = await examine({ DATA_DIR: dataDir, ...acsOf(simulator) });
  assert.is(nowhere.of('callback URL')?.verdict, 'failed');
  const stranger = await answering('{"status":"fine"}', {});
  const other = await examine({ DATA_DIR: dataDir, ...acsOf(simulator), PUBLIC_BASE_URL: stranger.url });
  assert.match(other.of('callback URL')?.detail ?? '', 'not as this service does');
  stranger.close();
});

tests('finds a clock that is wrong by the time of whoever publishes the keys', async ({ dataDir, simulator }) => {
  const keys = '{"keys":[{"kty":"RSA"}]}';
  for (const [minutesAhead, verdict] of [
    [0, 'ok'],
    [2, 'warning'],
    [-10, 'failed'],
  ] as const) {
    const date = new Date(Date.now() + minutesAhead * 60_000).toUTCString();
    const issuer = await answering(keys, { date });
    const { of } = await examine({ DATA_DIR: dataDir, ...acsOf(simulator), ACS_JWKS_URI: issuer.url });
    assert.is(of('ACS keys')?.verdict, verdict, `${minutesAhead}`);
    issuer.close();
  }
});

tests('finds signing keys that cannot be had', async ({ dataDir, simulator }) => {
  const empty = await answering('{"keys":[]}', {});
  const { of } = await examine({ DATA_DIR: dataDir, ...acsOf(simulator), ACS_JWKS_URI: empty.url });
  assert.match(of('ACS keys')?.detail ?? '', 'publishes no keys');
  empty.close();
});

tests(
  'tries what may be done to the tables, leaves the log as it was, and warns of a key that may change it',
  async () => {
    const { connectionString } = await azurite();
    const prefix = `Doctor${Date.now().toString(36)}`;
    const env = {
      TABLES_CONNECTION_STRING: connectionString,
      TABLES_PREFIX: prefix,
      CALLBACK_SECRET_KEY: 'k'.repeat(32),
      SIMULATOR: 'true',
    };
    const missing = await examine(env);
    assert.equal([missing.code, missing.of('tables')?.verdict], [1, 'failed']);
    assert.is((await callistra(['migrate'], env)).code, 0);
    for (const _time of ['once', 'again']) {
      const { code, of } = await examine(env);
      assert.equal([code, of('tables')?.verdict], [0, 'warning']);
      assert.match(of('tables')?.detail ?? '', 'entities/read and entities/add/action only');
    }
    const log = await openTablesLog({ connectionString }, { prefix, writeId: () => 'w' });
    for await (const stream of log.registered()) assert.unreachable(stream);
    await log.close();
  },
);

tests('is content with an identity that may add and read, and change nothing but the row of places', async () => {
  const { connectionString, tablesUrl } = await azurite();
  const prefix = `Doctor${Date.now().toString(36)}r`;
  const role = await actingAs(new URL(tablesUrl).origin, ['GET', 'POST']);
  const limited = connectionString.replace(/TableEndpoint=http:\/\/[^/]*/, `TableEndpoint=${role.url}`);
  const env = { TABLES_PREFIX: prefix, CALLBACK_SECRET_KEY: 'k'.repeat(32), SIMULATOR: 'true' };
  await callistra(['migrate'], { ...env, TABLES_CONNECTION_STRING: connectionString });
  const { code, of } = await examine({ ...env, TABLES_CONNECTION_STRING: limited });
  assert.equal(
    [code, of('tables')],
    [0, { name: 'tables', verdict: 'ok', detail: 'insert allowed, update and delete refused' }],
  );
  role.close();
});

tests('names a machine whose clock is more than five seconds from the storage’s', async () => {
  const { connectionString, tablesUrl } = await azurite();
  const env = {
    TABLES_PREFIX: `Doctor${Date.now().toString(36)}c`,
    CALLBACK_SECRET_KEY: 'k'.repeat(32),
    SIMULATOR: 'true',
  };
  await callistra(['migrate'], { ...env, TABLES_CONNECTION_STRING: connectionString });
  for (const [aheadMs, verdict] of [
    [3_000, 'ok'],
    [9_000, 'warning'],
    [-9_000, 'warning'],
  ] as const) {
    const role = await actingAs(new URL(tablesUrl).origin, ['GET', 'POST'], aheadMs);
    const limited = connectionString.replace(/TableEndpoint=http:\/\/[^/]*/, `TableEndpoint=${role.url}`);
    const { of } = await examine({ ...env, TABLES_CONNECTION_STRING: limited });
    assert.is(of('tables')?.verdict, verdict, `${aheadMs}`);
    if (verdict === 'warning') assert.match(of('tables')?.detail ?? '', 'away from the storage');
    role.close();
  }
});

/**
 * The Table service as it is for an identity whose role allows these methods, and to change rows of one table: it refuses others
 * before it looks further. Its clock is so much ahead of this machine's.
 */
async function actingAs(
  target: string,
  methods: readonly string[],
  aheadMs = 0,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const mayChange = request.method === 'PUT' && request.url?.includes('Dialling(');
    if (!methods.includes(request.method ?? '') && !mayChange) {
      return response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end();
    }
    const { method, url, headers } = request;
    const onward = forward(`${target}${url}`, { method, headers }, (answer) => {
      const date = new Date(Date.now() + aheadMs).toUTCString();
      response.writeHead(answer.statusCode ?? 500, { ...answer.headers, date });
      answer.pipe(response);
    });
    return request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

tests('finds queues that are not there', async () => {
  const { connectionString } = await azurite();
  const env = {
    TABLES_CONNECTION_STRING: connectionString,
    TABLES_PREFIX: `Doctor${Date.now().toString(36)}q`,
    CALLBACK_SECRET_KEY: 'k'.repeat(32),
    QUEUE_CONNECTION_STRING: connectionString.replace(
      /QueueEndpoint=[^;]*/,
      'QueueEndpoint=http://127.0.0.1:9/devstoreaccount1',
    ),
  };
  const { code, of } = await examine(env);
  assert.equal([code, of('queues')?.verdict], [1, 'failed']);
});

tests('names a server that everybody could reach and nobody could use', async ({ dataDir }) => {
  const { of } = await examine({ DATA_DIR: dataDir, HOST: '0.0.0.0' });
  assert.match(of('staff')?.detail ?? '', 'HOST=0.0.0.0');
});

tests.run();
