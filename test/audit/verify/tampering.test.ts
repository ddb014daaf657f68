import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointEntry } from '../../../src/audit/checkpoints/records.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, type Entry } from '../../../src/domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { inspectSqliteLog, openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { type Signer, signerOf } from '../../../src/tlog/keys.ts';
import { newEntry } from '../../log/samples.ts';
import { type MemoryStore, memoryStore } from '../../support/checkpoint-store.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { CALL, DEEDS, LENGTH, MEMBER, OTHER_CALL } from './deeds.ts';
import { type Forger, sqliteForger } from './forger.ts';
import { createSealer, KEY, ORIGIN } from './sealing.ts';

const NOW = '2026-11-26T12:00:00.000Z';
const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
/** When everything happened; it is settled by now. */
const THEN = hoursAgo(8);

type Context = { folder: TempDir; path: string; store: MemoryStore; kept: string; forger: Forger };
const test = suite<Context>('tampering');

async function fill(log: CallEventLog): Promise<void> {
  for (const stream of [MEMBER, CALL, OTHER_CALL]) {
    await log.register(stream, new Date(THEN));
    const entries = Array.from({ length: LENGTH }, (_, n) => newEntry(`${stream} ${n}`, { at: THEN, cause: 'c' }));
    await log.append(stream, EMPTY_HEAD, entries);
  }
}

/** A log of calls, sealed twice; the second checkpoint has settled the time of all. */
async function sealedLog(path: string, store: MemoryStore, signer: Signer = KEY): Promise<string> {
  const log = openSqliteLog(path);
  await fill(log);
  const sealer = createSealer(log, store, signer);
  await sealer.begin(THEN);
  await sealer.seal({ at: hoursAgo(7) });
  await sealer.seal({ at: hoursAgo(5), lookedThrough: hoursAgo(5) });
  const kept = await sealer.seal({ at: hoursAgo(1), lookedThrough: hoursAgo(2) });
  await log.close();
  return kept;
}

test.before.each(async (context) => {
  context.folder = await tempDir('tampering');
  context.path = context.folder.file('log.db');
  context.store = memoryStore();
  context.kept = await sealedLog(context.path, context.store);
  context.forger = sqliteForger(context.path);
});
test.after.each(({ folder }) => folder.remove());

type Trust = { readonly key?: Signer; readonly known?: readonly string[] };

async function verified({ path, store }: Pick<Context, 'path' | 'store'>, { key, known = [] }: Trust = {}) {
  const log = inspectSqliteLog(path);
  const anchors = { key: key ?? null, known, witnesses: [], quorum: 0 };
  const tree = { store, anchors, lateBefore: hoursAgo(0.5) };
  const result = await verifyLog(log, { inspection: log.inspection, tree });
  await log.close();
  return result;
}

async function entriesOf({ path }: Context, stream: string): Promise<readonly Entry[]> {
  const log = inspectSqliteLog(path);
  const entries = await log.read(stream);
  await log.close();
  return entries;
}

const kindsOf = (findings: readonly { readonly kind: string }[]) =>
  [...new Set(findings.map(({ kind }) => kind))].sort();

test('an honest log has no finding, whoever checks it', async (context) => {
  const result = await verified(context, { key: KEY, known: [context.kept] });
  assert.equal(result.findings, []);
  assert.equal(result.notes, []);
  assert.equal(result.restsOn, { key: 'given', known: 1, cosignedBy: [], witnesses: 0, size: 6 });
});

for (const { what, stream, forge, found, unregister } of DEEDS) {
  test(`${what}: found and named, by the tree alone`, async (context) => {
    const [entries, other] = [await entriesOf(context, stream), await entriesOf(context, OTHER_CALL)];
    await context.forger.put(stream, forge(entries, other, THEN));
    if (unregister) await context.forger.unregister(stream);
    const { findings } = await verified(context);
    const named = findings.filter((finding) => finding.stream === stream && found.includes(finding.kind));
    assert.ok(named.length > 0, JSON.stringify(findings));
  });
}

test('a register that was emptied is found, and every stream is checked all the same', async (context) => {
  for (const stream of [CALL, OTHER_CALL, MEMBER, CHECKPOINTS_STREAM]) await context.forger.unregister(stream);
  const result = await verified(context);
  assert.equal(kindsOf(result.findings), ['unregistered']);
  assert.is(result.streams, 4);
});

for (const [what, sql] of [
  ['dropped', 'DROP TRIGGER entries_no_update'],
  [
    'hollowed out',
    "DROP TRIGGER entries_no_update; CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries WHEN 0 BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
  ],
  ['joined by one of somebody’s', 'CREATE TRIGGER helpful AFTER INSERT ON entries BEGIN DELETE FROM streams; END'],
] as const) {
  test(`a trigger that is ${what} is found, and the log can be looked at`, async (context) => {
    const db = new Database(context.path);
    db.exec(sql);
    db.close();
    const result = await verified(context);
    assert.equal(kindsOf(result.findings), ['safeguard']);
    assert.is(result.streams, 4);
  });
}

test('a batch that is changed, exchanged or removed is found', async (context) => {
  const { objects } = context.store;
  const batch = objects.get('batch/2')!;
  const first = objects.get('batch/1')!;
  for (const bytes of [Buffer.from(batch.toString().replace('memory', 'read-back')), first, null]) {
    if (bytes) objects.set('batch/2', bytes);
    else objects.delete('batch/2');
    const kinds = kindsOf((await verified(context)).findings);
    assert.ok(kinds.includes('record'), kinds.join());
    assert.is(kinds.includes('slot'), bytes !== null);
  }
});

test('a record that is removed with its hashes made anew is found', async (context) => {
  const entries = await entriesOf(context, CHECKPOINTS_STREAM);
  await context.forger.put(
    CHECKPOINTS_STREAM,
    chain(
      EMPTY_HEAD,
      CHECKPOINTS_STREAM,
      entries.filter((_, index) => index !== 1),
    ),
  );
  assert.ok(kindsOf((await verified(context)).findings).includes('rewritten'));
});

test('a checkpoint of another tree is found, and so is what nobody of ours has signed', async (context) => {
  const { objects } = context.store;
  const [name, note] = [...objects].find(([each]) => each.startsWith('checkpoint/'))!;
  objects.set(`${name}0`, Buffer.from(note.toString().replace(/\n\d+\n/, '\n99\n')));
  assert.equal(kindsOf((await verified(context)).findings), ['checkpoint']);
});

test('a log that was emptied beside its tree is found', async (context) => {
  for (const stream of [CALL, OTHER_CALL, MEMBER, CHECKPOINTS_STREAM]) {
    await context.forger.put(stream, []);
    await context.forger.unregister(stream);
  }
  assert.equal(kindsOf((await verified(context)).findings), ['tree']);
});

test('a log restored from yesterday is found by the tree, which knows more', async (context) => {
  const [call, records] = [await entriesOf(context, CALL), await entriesOf(context, CHECKPOINTS_STREAM)];
  await context.forger.put(CALL, call.slice(0, 2));
  await context.forger.put(CHECKPOINTS_STREAM, records.slice(0, 2));
  const { findings } = await verified(context);
  assert.ok(findings.some(({ stream, kind }) => stream === CALL && kind === 'truncated'));
});

/** Who holds log and tree, and no key, can take away what was sealed last and go on as if it had never been. */
async function forgeWithTree(context: Context): Promise<void> {
  const records = await entriesOf(context, CHECKPOINTS_STREAM);
  await context.forger.put(CHECKPOINTS_STREAM, records.slice(0, 1));
  for (const name of [...context.store.objects.keys()]) context.store.objects.delete(name);
  const call = await entriesOf(context, CALL);
  await context.forger.put(
    CALL,
    chain(
      EMPTY_HEAD,
      CALL,
      call.map((entry) => ({ ...entry, data: '{"pressed":"2"}' })),
    ),
  );
}

test('a tree that was taken away with the log is found by a checkpoint that was kept, and else leaves everything unproven', async (context) => {
  await forgeWithTree(context);
  assert.equal(kindsOf((await verified(context, { key: KEY, known: [context.kept] })).findings), ['known-checkpoint']);
  const alone = await verified(context, { key: KEY });
  assert.equal(alone.findings, []);
  assert.equal(kindsOf(alone.notes), ['uncovered']);
});

/** The whole history made anew, with a key. */
async function forgeWithKey(context: Context, signer: Signer): Promise<void> {
  await context.folder.remove();
  context.folder = await tempDir('tampering');
  context.path = context.folder.file('log.db');
  context.store.objects.clear();
  const log = openSqliteLog(context.path);
  await log.register(CALL, new Date(THEN));
  await log.append(CALL, EMPTY_HEAD, [newEntry('never happened so', { at: THEN })]);
  const sealer = createSealer(log, context.store, signer);
  await sealer.begin(THEN);
  await sealer.seal({ at: hoursAgo(7) });
  await sealer.seal({ at: hoursAgo(1), lookedThrough: hoursAgo(2) });
  await log.close();
}

test('a history made anew with another key is found by whoever has the key from elsewhere', async (context) => {
  await forgeWithKey(context, signerOf(ORIGIN, Buffer.alloc(32, 2)));
  assert.equal((await verified(context)).findings, []);
  assert.ok(kindsOf((await verified(context, { key: KEY })).findings).includes('key'));
});

test('a history made anew with the key itself is found by a checkpoint that was kept, and by nothing else', async (context) => {
  await forgeWithKey(context, KEY);
  assert.equal((await verified(context, { key: KEY })).findings, []);
  assert.equal(kindsOf((await verified(context, { key: KEY, known: [context.kept] })).findings), ['known-checkpoint']);
});

test('yesterday’s log with yesterday’s tree is found by a checkpoint that was kept', async (context) => {
  const records = await entriesOf(context, CHECKPOINTS_STREAM);
  const { objects } = context.store;
  await context.forger.put(CHECKPOINTS_STREAM, records.slice(0, 3));
  objects.delete('batch/3');
  objects.delete([...objects].find(([, bytes]) => bytes.toString() === context.kept)![0]);
  assert.equal((await verified(context, { key: KEY })).findings, []);
  assert.equal(kindsOf((await verified(context, { key: KEY, known: [context.kept] })).findings), ['known-checkpoint']);
});

test('a record of a batch that never was is found', async (context) => {
  const entries = await entriesOf(context, CHECKPOINTS_STREAM);
  const body = { slot: 4, batch: '0'.repeat(64), size: 99, root: Buffer.alloc(32).toString('base64') };
  const forged = checkpointEntry('RecordBatch', body, { id: 'batch/4', at: NOW, actor: 'server' });
  await context.forger.put(CHECKPOINTS_STREAM, chain(EMPTY_HEAD, CHECKPOINTS_STREAM, [...entries, forged]));
  assert.equal(kindsOf((await verified(context)).findings), ['record']);
});

test.run();
