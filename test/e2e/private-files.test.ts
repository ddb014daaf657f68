import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type RunningServer, startServer } from '../../src/composition/server.ts';
import { storeFiles } from '../../src/composition/stores.ts';
import { startWitness } from '../../src/composition/witness.ts';
import { readConfig } from '../../src/config/config.ts';
import { inspectSqliteLog } from '../../src/log/sqlite/log.ts';
import { callistra } from '../cli/terminal.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';
import { initiate, untilEnded } from './rig.ts';

type Context = {
  dir: TempDir;
  given: TempDir;
  umask: number;
  env: Record<string, string>;
  logged: string[];
  server: RunningServer;
};

const test = suite<Context>('what is written is its owner’s alone');

/** Files and folders below a folder that others may use. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0)
    .sort();
}

function start(context: Context): Promise<RunningServer> {
  const logger = pino({ level: 'warn' }, { write: (line: string) => void context.logged.push(line) });
  return startServer(readConfig(context.env), { logger, simulator: { members: { '+15550103000': 'answers-all' } } });
}

test.before(async (context) => {
  context.dir = await tempDir('open-handed');
  context.given = await tempDir('given');
  context.umask = process.umask(0);
  context.logged = [];
  const { dir, given } = context;
  writeFileSync(given.file('members.csv'), 'memberId,phoneNumber\nM-1,+15550103000\n');
  writeFileSync(given.file('bad.csv'), 'memberId,phoneNumber\nM-2,nobody\n');
  context.env = {
    PORT: '0',
    SIMULATOR: 'true',
    TIME_SCALE: '100',
    DATA_DIR: dir.file('made/data'),
    CHECKPOINT_DIR: dir.file('made/tree'),
  };
  const imported = await callistra(['members', 'import', given.file('members.csv')], context.env);
  assert.is(imported.code, 0, imported.err);
  context.server = await start(context);
});
test.after(async ({ server, dir, given, umask }) => {
  await server.close();
  process.umask(umask);
  await dir.remove();
  await given.remove();
});

test('by a server, its log and its rows, while they are being written', async ({ server, dir }) => {
  const { callSessionId } = await untilEnded(server.url, await initiate(server.url, 'M-1'));
  assert.ok(callSessionId);
  await server.app.idle();
  await fetch(`${server.url}/api/audit/checkpoint`, { method: 'POST' });
  const names = readdirSync(dir.path, { recursive: true, encoding: 'utf8' });
  for (const end of [
    'call-events.db',
    'call-events.db-wal',
    'call-events.db-shm',
    'call-events.db.lock-journal',
    'batch/1',
  ])
    assert.ok(
      names.some((name) => name.endsWith(end)),
      end,
    );
  assert.equal(openToOthers(dir.path), []);
});

type Command = readonly [
  exit: number,
  file: string,
  args: (context: Context & { readonly file: string }) => Promise<readonly string[]>,
];

const whole =
  (...args: readonly string[]) =>
  async (): Promise<readonly string[]> =>
    args;

/** Every command that writes, and what must be there afterwards. */
const COMMANDS: readonly Command[] = [
  [1, 'problems.csv', async ({ file, given }) => ['members', 'import', given.file('bad.csv'), '--problems', file]],
  [
    0,
    'members.csv',
    async ({ file, server }) => ['members', 'export', file, '--url', server.url, '--reason', 'a test'],
  ],
  [0, 'kept', async ({ file, server }) => ['audit', 'checkpoint', '--out', file, '--url', server.url]],
  [
    0,
    'export.ndjson',
    async ({ file, server }) => [
      ...['audit', 'export', '--member', 'M-1', '--recipient', 'A court', '--purpose', 'HLEGAL'],
      ...['--output', file, '--csv', `${file}.csv`, '--url', server.url],
    ],
  ],
  [
    0,
    'fhir.ndjson',
    async ({ file, server }) => [
      'audit',
      'fhir',
      '--from',
      '2026-01-01',
      '--to',
      '2999-01-01',
      '--output',
      file,
      '--url',
      server.url,
    ],
  ],
  [
    0,
    'evidence/README.md',
    async ({ dir, server }) => ['audit', 'evidence', dir.file('out/evidence'), '--url', server.url],
  ],
  [0, 'log.key', async ({ file }) => ['audit', 'key', 'new', '--origin', 'plan.example/log', '--out', file]],
  [0, '../made/data/checkpoint.key', whole('audit', 'key', 'rotate')],
  [0, '../made/data/callback.key', whole('keys', 'rotate')],
  [0, '../made/data/api-keys.json', whole('keys', 'add', 'anna', 'Operator')],
  [
    0,
    'backup/call-events.db',
    async ({ dir, server }) => ['backup', dir.file('out/backup'), '--with-keys', '--url', server.url],
  ],
];

test('by every command that writes', async (context) => {
  const { dir, env } = context;
  assert.is((await callistra(['backup', dir.file('out'), '--url', context.server.url], env)).code, 0);
  for (const [exit, name, args] of COMMANDS) {
    const words = await args({ ...context, file: dir.file(`out/${name}`) });
    const { code, out, err } = await callistra(words, env);
    assert.is(code, exit, `${words.join(' ')}: ${out} ${err}`);
    assert.ok(statSync(dir.file(`out/${name}`)).isFile(), name);
  }
  const secret = 'k'.repeat(40);
  const next = ['keys', 'rotate', '--out', dir.file('out/next.env')];
  assert.is((await callistra(next, { ...env, CALLBACK_SECRET_KEY: secret })).code, 0);
  assert.equal(openToOthers(dir.path), []);
});

test('by a restore, a rebuild and a check of what came of it', async ({ dir, env }) => {
  const fresh = { ...env, DATA_DIR: dir.file('restored/data'), CHECKPOINT_DIR: dir.file('restored/tree') };
  for (const args of [['restore', dir.file('out/backup'), '--with-keys'], ['rebuild'], ['audit', 'verify']]) {
    const { code, out, err } = await callistra(args, fresh);
    assert.is(code, 0, `${args[0]}: ${out} ${err}`);
  }
  assert.equal(openToOthers(dir.path), []);
});

test('by a witness', async ({ dir, given, env }) => {
  const { out } = await callistra(['audit', 'key'], env);
  writeFileSync(given.file('logs'), out);
  const options = {
    dir: dir.file('witness'),
    logs: given.file('logs'),
    host: '127.0.0.1',
    port: 0,
    troubled: () => {},
  };
  const witness = await startWitness(options);
  await witness.close();
  assert.ok(readFileSync(dir.file('witness/witness.key'), 'utf8'));
  assert.equal(openToOthers(dir.path), []);
});

test('by whoever only reads the log', ({ dir, env }) => {
  void inspectSqliteLog(storeFiles(env['DATA_DIR']!).log).close();
  assert.equal(openToOthers(dir.path), []);
});

test('a folder that was there is left as it is, and a start and doctor warn of what others may use', async (context) => {
  const { env, logged, server } = context;
  assert.is(logged.filter((line) => line.includes('FILES_WIDE')).length, 0);
  await server.close();
  const [data, log] = [env['DATA_DIR']!, storeFiles(env['DATA_DIR']!).log];
  chmodSync(data, 0o755);
  chmodSync(log, 0o644);
  context.server = await start(context);
  const warned = logged.filter((line) => line.includes('FILES_WIDE')).map((line) => JSON.parse(line).msg as string);
  assert.is(warned.length, 1);
  for (const words of [data, log, `chmod -R go= ${data}`]) assert.match(warned[0]!, words);
  const { json } = await callistra(['doctor', '--json'], env);
  const found = (json[0] as { name: string; verdict: string; detail: string }[]).find(({ name }) => name === 'files');
  assert.is(found?.verdict, 'warning');
  assert.match(found?.detail ?? '', `chmod -R go= ${data}`);
  assert.equal([statSync(data).mode & 0o777, statSync(log).mode & 0o777], [0o755, 0o644]);
});

test.run();
