import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepHeads } from '../../src/audit/checkpoints/heads.ts';
import { checkpointKeys } from '../../src/composition/checkpoint-keys.ts';
import { isOnDiskOfLog, missingIn } from '../../src/composition/checkpoint-place.ts';
import { openCheckpoints, type ServerCheckpoints } from '../../src/composition/checkpoints.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { isOperationStream } from '../../src/domain/streams.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { openSqliteLog } from '../../src/log/sqlite/log.ts';
import { secretLine, signerOf } from '../../src/tlog/keys.ts';
import { allEntries } from '../support/entries.ts';
import { type JournalLine, journalInto } from '../support/journal.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const test = suite<{ dir: TempDir; log: CallEventLog; lines: JournalLine[]; opened: ServerCheckpoints[] }>(
  'checkpoints of a process',
);
test.before.each(async (context) => {
  context.dir = await tempDir('composed');
  context.log = openSqliteLog(context.dir.file('log.db'));
  context.lines = [];
  context.opened = [];
});
test.after.each(async ({ dir, log, opened }) => {
  for (const each of opened) await each.close();
  await log.close();
  await dir.remove();
});

const ACS = {
  ACS_CONNECTION_STRING: 'endpoint=https://plan.communication.azure.com/;accesskey=c2VjcmV0',
  ACS_RESOURCE_ID: '00000000-0000-4000-8000-000000000001',
  ACS_CALLER_ID: '+15550100000',
  COGNITIVE_SERVICES_ENDPOINT: 'https://plan.cognitiveservices.azure.com/',
  PUBLIC_BASE_URL: 'https://calls.example.org',
};
const TABLES = { TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true', CALLBACK_SECRET_KEY: 'k'.repeat(32) };
const KEY = secretLine(signerOf('calls.example.org/callistra', Buffer.alloc(32, 1)));

type Context = { dir: TempDir; log: CallEventLog; lines: JournalLine[]; opened: ServerCheckpoints[] };

async function open(context: Context, env: Record<string, string> = {}): Promise<ServerCheckpoints> {
  const { log, heads } = keepHeads(context.log, systemClock);
  const opened = await openCheckpoints(readConfig({ DATA_DIR: context.dir.path, ...env }), {
    log,
    heads,
    publicBaseUrl: 'https://calls.example.org:8443',
    process: { id: '00000000-0000-4000-8000-000000000001', startedAt: new Date().toISOString() },
    clock: systemClock,
    journal: journalInto(context.lines),
  });
  context.opened.push(opened);
  return opened;
}

const codes = ({ lines }: Context): unknown[] => lines.map(({ fields }) => fields['code']);

test('a log of real calls on one disk with its checkpoints is warned of at the start, and works', async (context) => {
  const checkpoints = await open(context, ACS);
  checkpoints.begin();
  assert.ok(codes(context).includes('CHECKPOINT_SAME_DISK'));
  assert.match(await checkpoints.proofs!.make(), /^calls\.example\.org:8443\/callistra\/[0-9a-f]{8}\n/);
});

test('a simulator’s is not, nor what lies elsewhere', async (context) => {
  const { path } = context.dir;
  const elsewhere = await otherDisk(path);
  const of = (env: Record<string, string>) => isOnDiskOfLog(readConfig({ DATA_DIR: path, ...env }));
  assert.is(of(ACS), true);
  assert.is(of({ ...ACS, CHECKPOINT_DIR: join(path, 'not', 'there', 'yet') }), true);
  assert.is(of({}), false);
  assert.is(of({ ...ACS, ACS_CONNECTION_STRING: 'endpoint=http://127.0.0.1:1/;accesskey=c2VjcmV0' }), false);
  assert.is(of({ ...ACS, CHECKPOINT_CONTAINER_URL: 'https://plan.blob.core.windows.net/tree' }), false);
  assert.is(of({ ...ACS, ...TABLES }), false);
  if (elsewhere === null) return;
  assert.is(of({ ...ACS, CHECKPOINT_DIR: elsewhere }), false);
  await rm(elsewhere, { recursive: true });
});

/** A folder on another disk than this one; null where there is none. */
async function otherDisk(path: string): Promise<string | null> {
  const here = (await stat(path)).dev;
  for (const place of ['/dev/shm', '/run', '/var/tmp']) {
    const found = await stat(place).catch(() => null);
    if (!found || found.dev === here) continue;
    const made = await mkdtemp(join(place, 'callistra-')).catch(() => null);
    if (made !== null) return made;
  }
  return null;
}

test('instances that share a log share key and place, or there are no checkpoints and it says what is missing', async (context) => {
  const of = (env: Record<string, string>) => missingIn(readConfig({ ...TABLES, ...env }));
  assert.is(of({}), 'no checkpoints are made; missing: CHECKPOINT_KEY, CHECKPOINT_CONTAINER_URL');
  assert.is(of({ CHECKPOINT_KEY: KEY }), 'no checkpoints are made; missing: CHECKPOINT_CONTAINER_URL');
  assert.is(of({ CHECKPOINT_KEY: KEY, CHECKPOINT_DIR: '/mnt/shared' }), null);
  assert.is(of({ CHECKPOINT_KEY: KEY, CHECKPOINT_CONTAINER_URL: 'https://a.example/tree' }), null);
  const checkpoints = await open(context, TABLES);
  checkpoints.begin();
  assert.is(checkpoints.proofs, null);
  assert.match(checkpoints.health().trouble!, 'CHECKPOINT_KEY');
  const starts = async () => (await allEntries(context.log)).filter(({ stream }) => isOperationStream(stream));
  await until('the start', async () => (await starts()).length === 1);
  const [start] = await starts();
  assert.is(JSON.parse(start!.data).verifierKey, null);
  assert.equal(await context.log.read('checkpoints'), []);
});

test('nothing is the matter before they have begun', async (context) => {
  const { fork, trouble, isLate, treeSize } = (await open(context)).health();
  assert.equal([fork, trouble, isLate, treeSize], [null, null, false, 0]);
});

test('a key file that holds something else is a problem that names it, and is left as it is', async (context) => {
  await writeFile(context.dir.file('checkpoint.key'), 'rubbish');
  const checkpoints = await open(context);
  checkpoints.begin();
  const failed = await checkpoints.proofs!.make().catch((error: unknown) => error);
  assert.is((failed as { code?: string }).code, 'CHECKPOINT_KEY');
  assert.match(checkpoints.health().trouble!, 'checkpoint.key');
});

test('a key that goes away while a server runs is not made anew', async ({ dir }) => {
  const config = readConfig({ DATA_DIR: dir.path });
  const keys = checkpointKeys(config, 'http://127.0.0.1:8080');
  const [first] = (await keys()).signers;
  assert.equal(
    (await keys()).signers.map(({ line }) => line),
    [first!.line],
  );
  await rm(dir.file('checkpoint.key'));
  const failed = await keys().catch((error: unknown) => error);
  assert.is((failed as { code?: string }).code, 'CHECKPOINT_KEY');
  assert.is(await stat(dir.file('checkpoint.key')).catch(() => null), null);
});

test('a key is called as it was told, else by the public address and digits of its own', async ({ dir }) => {
  const nameIn = async (folder: string, env: Record<string, string>) => {
    const config = readConfig({ DATA_DIR: folder, ...env });
    return (await checkpointKeys(config, 'https://calls.example.org')()).signers[0]!.name;
  };
  assert.is(await nameIn(dir.path, { CHECKPOINT_ORIGIN: 'plan.example/log' }), 'plan.example/log');
  const others = [await tempDir('one'), await tempDir('two')];
  const [one, two] = await Promise.all(others.map(({ path }) => nameIn(path, {})));
  assert.match(one!, /^calls\.example\.org\/callistra\/[0-9a-f]{8}$/);
  assert.is.not(one, two);
  for (const each of others) await each.remove();
});

test.run();
