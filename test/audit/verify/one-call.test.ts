import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../../../projections/rows.ts';
import { CheckpointError } from '../../../src/audit/checkpoints/errors.ts';
import {
  type CallCheck,
  type CallChecks,
  type CallChecksDeps,
  createCallChecks,
} from '../../../src/audit/verify/one-call.ts';
import { checkInWords } from '../../../src/audit/verify/one-call-words.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { foldCall } from '../../../src/domain/call/stream.ts';
import { EMPTY_HEAD, type Entry } from '../../../src/domain/entries.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { LogError } from '../../../src/log/port.ts';
import { readCheckpoint } from '../../../src/tlog/checkpoint.ts';
import { leafHash } from '../../../src/tlog/hash.ts';
import { readNote, signedBy } from '../../../src/tlog/note.ts';
import { readProof } from '../../../src/tlog/proof-file.ts';
import { isIncluded } from '../../../src/tlog/prove.ts';
import { newEntry } from '../../log/samples.ts';
import { keyOf } from '../checkpoints/rig.ts';
import { callId, type ExportRig, startExportRig } from '../export/rig.ts';

const ID = callId(1);
const EVERY_MS = 300_000;

/** A log with a checkpoint over one call, and what is read of it, which a forger may exchange. */
type Rig = ExportRig & {
  /** What the log gives of the call; null: what it holds. */
  forged: readonly Entry[] | null;
  /** What the read models have of it; null: what the log says. */
  rowEntries: readonly Entry[] | null;
  checksOf(others: Partial<CallChecksDeps>): CallChecks;
  check(): Promise<CallCheck>;
  proof(): Promise<{ readonly text: string } | null>;
};

const test = suite<{ rig: Rig }>('one call against what was sealed of it');
test.before.each(async (context) => {
  const exported = await startExportRig();
  await exported.keep(1, 'M-1');
  const { instance, world } = exported;
  const read = async (): Promise<readonly Entry[]> => rig.forged ?? (await instance.log.read(ID));
  const rows = async () => {
    const entries = rig.rowEntries ?? (await instance.log.read(ID));
    const state = foldCall(PROVIDERS, ID, null, entries);
    return state && rowsOf(state);
  };
  const checksOf = (others: Partial<CallChecksDeps> = {}): CallChecks =>
    createCallChecks({
      log: { read: async (stream) => (stream === ID ? read() : []) },
      readStore: {
        bySession: rows,
        bySessions: async () => [(await rows())!],
        versions: async () => new Map(),
        list: async () => [],
      },
      providers: PROVIDERS,
      clock: world.clock,
      seals: instance.checkpoints.seals,
      status: () => ({ ...instance.checkpoints.status(), everyMs: EVERY_MS }),
      ...others,
    });
  const checks = checksOf();
  const rig: Rig = {
    ...exported,
    forged: null,
    rowEntries: null,
    checksOf,
    check: async () => (await checks.check(ID))!,
    proof: () => checks.proof(ID),
  };
  context.rig = rig;
});

const kindsOf = ({ findings }: CallCheck): string[] => findings.map(({ kind }) => kind);

test('no checkpoint covers it yet: it says so, and when one will', async ({ rig }) => {
  const check = await rig.check();
  assert.equal([check.verdict, check.coveredTo, check.isLate], ['uncovered', 0, true], 'the call is an hour old');
  assert.is(await rig.proof(), null);
  const fresh = checkInWords({ ...check, isLate: false }).join(' ');
  assert.match(fresh, /No checkpoint covers them yet: the next one does, within 5 minutes/);
  assert.match(checkInWords(check).join(' '), /although two intervals have gone by/);
});

test('a checkpoint covers it: it is whole, and says which', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const check = await rig.check();
  const { size } = rig.instance.checkpoints.status().newest!;
  assert.equal([check.verdict, check.memberId, check.checkpoint?.size], ['whole', 'M-1', size]);
  assert.is(check.coveredTo, check.entries);
  assert.match(checkInWords(check)[0]!, /^All \d+ entries are as the newest checkpoint has sealed them/);
});

test('what came after the checkpoint waits for the next one, which covers it', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const before = await rig.check();
  await rig.append(ID, newEntry('later', { at: new Date(rig.world.clock.now()).toISOString() }));
  const behind = await rig.check();
  assert.equal([behind.verdict, behind.coveredTo], ['partly-covered', before.entries]);
  assert.match(checkInWords(behind)[0]!, /No checkpoint covers the 1 behind them yet/);
  await rig.instance.checkpoints.make();
  assert.is((await rig.check()).verdict, 'whole');
});

test('an entry that was written anew, with all hashes computed again: the checkpoint says so', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const honest = await rig.instance.log.read(ID);
  const lie = honest.map((entry, index) => (index === 3 ? { ...entry, data: '{"forged":true}' } : entry));
  rig.forged = chain(EMPTY_HEAD, ID, lie);
  assert.is(rig.forged.at(-1)!.version, honest.length, 'the chain holds');
  const check = await rig.check();
  assert.equal([check.verdict, kindsOf(check)], ['altered', ['rewritten']]);
  assert.match(checkInWords(check).join(' '), /somebody has altered.*written anew and all hashes were computed again/s);
});

test('an entry that was changed, a beginning or an end that was cut off, a call that was emptied', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const honest = await rig.instance.log.read(ID);
  const deeds: readonly (readonly [readonly Entry[], readonly string[]])[] = [
    [honest.map((entry, index) => (index === 2 ? { ...entry, data: '{}' } : entry)), ['hash']],
    [honest.slice(0, -2), ['truncated', 'truncated']],
    [honest.slice(1), ['gap']],
    [[], ['truncated', 'removed']],
  ];
  for (const [forged, kinds] of deeds) {
    rig.forged = forged;
    const check = await rig.check();
    assert.equal([check.verdict, kindsOf(check)], ['altered', kinds]);
  }
});

test('a row that shows something else than the log is said as well', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const honest = await rig.instance.log.read(ID);
  rig.rowEntries = honest.map((entry, index) =>
    index === 0 ? { ...entry, data: entry.data.replace('"M-1"', '"M-2"') } : entry,
  );
  const check = await rig.check();
  assert.equal([check.verdict, kindsOf(check)], ['altered', ['row']]);
});

test('nobody can say what was sealed: it claims no more than the chain', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const fork = new CheckpointError('CHECKPOINT_FORK', 'a witness knows another log');
  const away = rig.checksOf({ seals: { of: async () => Promise.reject(fork) } });
  const check = (await away.check(ID))!;
  assert.is(check.verdict, 'unproven');
  assert.match(checkInWords(check).join(' '), /nobody can say now: a witness knows another log/);
  assert.is(await away.check(callId(9)), null, 'a call that nobody has');
  assert.is(await away.check('operation:2026-03-02'), null, 'what is no call');
});

test('what the store cannot give is said, and is no proof of anything', async ({ rig }) => {
  await rig.instance.checkpoints.make();
  const hole = new LogError('LOG_CORRUPT', 'a hole', { version: 4 });
  const checks = rig.checksOf({ log: { read: async () => Promise.reject(hole) } });
  assert.equal(kindsOf((await checks.check(ID))!), ['unreadable']);
});

test('its proof convinces whoever has the log’s key, and holds the leaf', async ({ rig }) => {
  await rig.keep(2, 'M-2');
  await rig.instance.checkpoints.make();
  const proof = readProof((await rig.proof())!.text)!;
  const note = readNote(proof.checkpoint)!;
  assert.type(signedBy(note, keyOf(1)), 'object');
  assert.ok(isIncluded(leafHash(proof.extra!), proof.index, readCheckpoint(note.text)!, proof.proof));
  const { hash } = (await rig.instance.log.read(ID)).at(-1)!;
  assert.match(proof.extra!.toString(), `${ID}\n`);
  assert.match(proof.extra!.toString(), `${hash}\n`);
});

test.run();
