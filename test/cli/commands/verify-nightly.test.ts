import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteAccessStore } from '../../../projections/sqlite/access/store.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { verifyNightly } from '../../../src/cli/commands/verify-nightly.ts';
import { openLog, openLogFile, storeFiles } from '../../../src/composition/stores.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { memberStream, operationStream } from '../../../src/domain/streams.ts';
import { sqliteForger } from '../../audit/verify/forger.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { azurite } from '../../support/azurite.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { callistra, ran } from '../terminal.ts';

type Context = { rig: Rig };
const test = suite<Context>('audit verify --nightly');

test.before.each(async (context) => {
  context.rig = await startRig({ people: [{ behaviour: 'answers-all' }] });
  await callAll(context.rig.url, context.rig.members);
});
test.after.each(({ rig }) => rig.close());

/** A day ahead, whose night no server has taken yet, whatever time it is. */
const tomorrow = { ...systemClock, now: () => systemClock.now() + 86_400_000 };
const NIGHT = new Date(tomorrow.now()).toISOString().slice(0, 10);

const nightly = ({ rig }: Context) =>
  ran((output) => verifyNightly(readConfig({ DATA_DIR: rig.dataDir }), output, tomorrow));

async function read({ rig }: Context, stream: string): Promise<readonly Entry[]> {
  const log = openLogFile(storeFiles(rig.dataDir).log, 'read');
  const entries = await log.read(stream);
  await log.close();
  return entries;
}

test('beside a server whose log is a file it ends with 2, and says that the server does it by itself', async ({
  rig,
}) => {
  const { code, out, err } = await callistra(['audit', 'verify', '--nightly'], { DATA_DIR: rig.dataDir });
  assert.equal([code, out], [2, '']);
  assert.match(err, /^LOG_IN_USE: a server has this log, and verifies it every night by itself/);
});

test('what it finds is recorded as a server records it', async (context) => {
  await context.rig.server.close();
  const { code, out, err } = await nightly(context);
  assert.is(code, 0, out + err);
  assert.match(out, /^\d+ entries in \d+ streams, 0 findings, \d+ notes\n1 calls were placed by a simulator/);
  const [begun, ended] = await read(context, operationStream(NIGHT));
  assert.equal([begun?.type, begun?.id, begun?.actor], ['BeginVerification', `night/${NIGHT}`, 'server']);
  assert.equal([ended?.type, ended?.actor], ['EndVerification', 'server']);
  const { findingCount, restsOn } = JSON.parse(ended!.data);
  assert.equal([findingCount, restsOn.key], [0, 'own']);
});

test('what was altered is printed without the member, and recorded with it', async (context) => {
  await context.rig.server.close();
  const stream = memberStream('M-1');
  const forged = (await read(context, stream)).map((entry) => ({ ...entry, actor: 'somebody else' }));
  await sqliteForger(storeFiles(context.rig.dataDir).log).put(stream, forged);
  const { code, out, err } = await nightly(context);
  assert.is(code, 1);
  assert.match(out, /^hash: a member’s stream, entry 1: /m);
  assert.match(out, 'callistra audit verify names members and details');
  assert.not.match(out + err, /M-1/);
  const [, ended] = await read(context, operationStream(NIGHT));
  assert.match(ended!.data, `"stream":"${stream}"`);
});

test('of two jobs on one log in tables one does the night, and the other says that it is done, with 0', async () => {
  const { connectionString } = await azurite();
  const folder = await tempDir('nightly');
  // Read models, so that there is nothing that cannot be asked.
  const files = storeFiles(folder.path);
  await openSqliteReadStore(files.readModels).close();
  await openSqliteAccessStore(files.access).close();
  const config = readConfig({
    DATA_DIR: folder.path,
    TABLES_CONNECTION_STRING: connectionString,
    TABLES_PREFIX: `T${randomBytes(6).toString('hex')}`,
    CALLBACK_SECRET_KEY: 'x'.repeat(32),
  });
  // Opening makes the tables; two that make them at once is not what is tried.
  await (await openLog(config)).close();
  const clock = virtualClock(Date.parse('2026-03-07T06:30:00.000Z'));
  const both = await Promise.all([1, 2].map(() => ran((output) => verifyNightly(config, output, clock))));
  assert.equal(
    both.map(({ code }) => code),
    [0, 0],
    both.map(({ err }) => err).join('\n'),
  );
  const [first = '', second = ''] = both.map(({ out }) => out).sort();
  assert.match(first, '1 entries in 1 streams, 0 findings');
  assert.match(second, 'Another process has taken this night’s check');
  const log = await openLog(config);
  const entries = await log.read(operationStream('2026-03-07'));
  await log.close();
  assert.equal(
    entries.map(({ type }) => type),
    ['BeginVerification', 'EndVerification'],
  );
  await folder.remove();
});

test.run();
