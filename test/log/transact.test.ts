import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, type Head, type NewEntry } from '../../src/domain/entries.ts';
import { type CallEventLog, LogError } from '../../src/log/port.ts';
import { openSqliteLog } from '../../src/log/sqlite/log.ts';
import { type Folded, type Transaction, transact } from '../../src/log/transact.ts';
import { startingGate } from '../support/starting-gate.ts';

const WRITERS = 20;

const test = suite<{ dir: string; log: CallEventLog }>('transact');
test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'callistra-transact-'));
  context.log = openSqliteLog(join(context.dir, 'log.db'));
});
test.after.each(async ({ dir, log }) => {
  await log.close();
  await rm(dir, { recursive: true, force: true });
});

function entry(id: string): NewEntry {
  return { kind: 'command', type: 'Try', id, at: '2026-03-02T15:00:00.000Z', actor: 'server', cause: null, data: '{}' };
}

/** A stream whose state is the ids in it. */
const READING = {
  stream: 'a',
  empty: (): readonly string[] => [],
  fold: (ids: readonly string[], entries: readonly { readonly id: string }[]) => [
    ...ids,
    ...entries.map(({ id }) => id),
  ],
};

/** Takes the stream for itself unless somebody has; answers who has it. */
function claim(who: string, seen: string[][] = []): Transaction<readonly string[], string> {
  return {
    ...READING,
    decide(ids) {
      seen.push([...ids]);
      const [owner] = ids;
      return { entries: owner === undefined ? [entry(who)] : [], answer: owner ?? who };
    },
  };
}

const ids = async (log: CallEventLog) => (await log.read('a')).map(({ id }) => id);

/** Counts what the log is asked. */
function counted(log: CallEventLog) {
  const reads: number[] = [];
  const read: CallEventLog['read'] = (stream, from) => {
    reads.push(from ?? 1);
    return log.read(stream, from);
  };
  return { reads, log: { ...log, read } };
}

test('of twenty writers who decided upon the same head one wins, and nineteen decide again', async ({ log }) => {
  const gate = startingGate(log, WRITERS);
  const seen: string[][] = [];
  const writers = Array.from({ length: WRITERS }, (_, index) => transact(gate, claim(`writer-${index}`, seen)));
  const done = await Promise.all(writers);
  const [winner] = await ids(log);
  assert.equal([await ids(log), gate.tried()], [[winner], WRITERS]);
  assert.equal(
    done.map(({ answer }) => answer),
    done.map(() => winner),
  );
  assert.is(done.filter(({ appended }) => appended.length > 0).length, 1);
  assert.equal(
    seen.map((state) => state.length),
    [...Array(WRITERS).fill(0), ...Array(WRITERS - 1).fill(1)],
  );
});

test('of twenty writers who all have something to say every one comes in, each upon the state before it', async ({
  log,
}) => {
  const gate = startingGate(log, WRITERS);
  const add = (who: string) =>
    transact(gate, { ...READING, decide: (before) => ({ entries: [entry(who)], answer: before }) });
  const done = await Promise.all(Array.from({ length: WRITERS }, (_, index) => add(`writer-${index}`)));
  const written = await ids(log);
  assert.is(new Set(written).size, WRITERS);
  for (const { answer, head } of done) assert.equal(answer, written.slice(0, head.version - 1));
});

test('what is known is not read, and what comes of it says where the stream ends', async ({ log }) => {
  const first = await transact(log, claim('one'));
  const { reads, log: watched } = counted(log);
  const known: Folded<readonly string[]> = { state: ['one'], head: first.head };
  const second = await transact(watched, {
    ...READING,
    known,
    decide: () => ({ entries: [entry('two')], answer: null }),
  });
  assert.equal([reads, await ids(log)], [[], ['one', 'two']]);
  assert.is(second.head.version, 2);
  assert.equal(second.head, headOfLast(await log.read('a')));
});

test('after a lost race only what is new is read', async ({ log }) => {
  const { head } = await transact(log, claim('one'));
  await log.append('a', head, [entry('two')]);
  const { reads, log: watched } = counted(log);
  const seen: string[][] = [];
  const { answer } = await transact(watched, { ...claim('three', seen), known: { state: [], head: EMPTY_HEAD } });
  assert.equal([answer, reads, seen], ['one', [1], [[], ['one', 'two']]]);
});

test('what was known of another history is dropped, and the stream read from its beginning', async ({ log }) => {
  await log.append('a', EMPTY_HEAD, [entry('one'), entry('two')]);
  const foreign: Head = { version: 1, hash: 'f'.repeat(64) };
  const seen: string[][] = [];
  await transact(log, { ...claim('three', seen), known: { state: [], head: foreign } });
  assert.equal(seen, [[], ['one', 'two']]);
  const ahead: Head = { version: 9, hash: 'f'.repeat(64) };
  await transact(log, { ...claim('four', seen), known: { state: [], head: ahead } });
  assert.equal(seen.slice(2), [[], ['one', 'two']]);
});

test('a decision that appends nothing leaves the stream alone', async ({ log }) => {
  await transact(log, claim('one'));
  const { answer, appended, head } = await transact(log, claim('two'));
  assert.equal([answer, appended, head.version], ['one', [], 1]);
});

test('a stream in which others are always quicker is given up, and says so', async ({ log }) => {
  let rivals = 0;
  const contended: CallEventLog = {
    ...log,
    async append(stream, head, entries) {
      rivals += 1;
      await log.append(stream, head, [entry(`rival-${rivals}`)]);
      return log.append(stream, head, entries);
    },
  };
  const decide = () => ({ entries: [entry('mine')], answer: null });
  const failed = await transact(contended, { ...READING, decide }).catch((error: unknown) => error);
  assert.ok(failed instanceof LogError);
  assert.is(failed.code, 'LOG_UNAVAILABLE');
  assert.is.not((await ids(log)).includes('mine'), true);
});

test('what the log or the rule throws comes through, and nothing is tried again', async ({ log }) => {
  let appends = 0;
  const append = async () => {
    appends += 1;
    throw new LogError('LOG_UNKNOWN_OUTCOME', 'the disk failed');
  };
  const lost = await transact({ ...log, append }, claim('one')).catch((error: LogError) => error.code);
  assert.equal([lost, appends], ['LOG_UNKNOWN_OUTCOME', 1]);
  const decide = () => {
    throw new TypeError('a bug');
  };
  const bug = await transact(log, { ...READING, decide }).catch((error: Error) => error.message);
  assert.equal([bug, await ids(log)], ['a bug', []]);
});

function headOfLast(entries: readonly Head[]): Head {
  const { version, hash } = entries.at(-1)!;
  return { version, hash };
}

test.run();
