import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProviderIndex } from '../../src/app/recording/provider-index.ts';
import type { NewEntry } from '../../src/domain/entries.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { createSideStreams } from '../../src/log/side-streams.ts';
import { openSqliteLog } from '../../src/log/sqlite/log.ts';
import { startingGate } from '../support/starting-gate.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const BEGUN = new Date('2026-03-02T15:00:00.000Z');

const test = suite<{ dir: TempDir; log: CallEventLog }>('side-streams');
test.before.each(async (context) => {
  context.dir = await tempDir('side');
  context.log = openSqliteLog(context.dir.file('log.db'));
});
test.after.each(async ({ dir, log }) => {
  await log.close();
  await dir.remove();
});

function entry(id: string, data = '{}'): NewEntry {
  const common = { kind: 'callback', type: 'KeepEvent', actor: 'event-grid', cause: null } as const;
  return { ...common, id, at: BEGUN.toISOString(), data };
}

const ids = async (log: CallEventLog) => (await log.read('side:1')).map(({ id }) => id);

test('entries are added in order, each id once, and the stream is registered', async ({ log }) => {
  const streams = createSideStreams(log);
  assert.is((await streams.add('side:1', [entry('a'), entry('b'), entry('a')], BEGUN)).length, 2);
  assert.is((await streams.add('side:1', [entry('b'), entry('c')], BEGUN)).length, 1);
  assert.equal(await ids(log), ['a', 'b', 'c']);
  const registered: string[] = [];
  for await (const stream of log.registered()) registered.push(stream);
  assert.equal(registered, ['side:1']);
});

test('instances that add at the same time lose nothing and add nothing twice', async ({ log }) => {
  const instances = Array.from({ length: 5 }, () => createSideStreams(log));
  const names = Array.from({ length: 40 }, (_, index) => `id-${index}`);
  const added = await Promise.all(
    instances.flatMap((streams) => names.map((name) => streams.add('side:1', [entry(name)], BEGUN))),
  );
  assert.is(added.flat().length, names.length);
  assert.equal((await ids(log)).sort(), [...names].sort());
});

test('of twenty writers who add the same entry at once one does, and nineteen find it there', async ({ log }) => {
  const gate = startingGate(log, 20);
  const writers = Array.from({ length: 20 }, () => createSideStreams(gate));
  const added = await Promise.all(writers.map((streams) => streams.add('side:1', [entry('same')], BEGUN)));
  assert.equal(
    [added.filter(({ length }) => length === 1).length, added.filter(({ length }) => length === 0).length],
    [1, 19],
  );
  assert.equal([await ids(log), gate.tried()], [['same'], 20]);
});

test('more, and larger, entries than one append takes are added in several', async ({ log }) => {
  const streams = createSideStreams(log);
  const large = Array.from({ length: 120 }, (_, index) => entry(`id-${index}`, 'x'.repeat(65_536)));
  assert.is((await streams.add('side:1', large, BEGUN)).length, 120);
  assert.is((await ids(log)).length, 120);
});

test('two contents under one id are two entries, kept once each by whoever adds them, at once or again', async ({
  log,
}) => {
  const contentOf = ({ data }: NewEntry): string => data.padEnd(64, '.');
  const [one, two] = [createSideStreams(log, contentOf), createSideStreams(log, contentOf)];
  await one.add('side:1', [entry('a', 'x'), entry('a', 'y'), entry('a', 'x')], BEGUN);
  await one.add('side:1', [entry('a', 'y'), entry('a', 'z')], BEGUN);
  await two.add('side:1', [entry('a', 'z'), entry('a', 'y'), entry('a', 'x')], BEGUN);
  assert.equal(
    (await log.read('side:1')).map(({ data }) => data),
    ['x', 'y', 'z'],
  );
  assert.is(new Set(await ids(log)).size, 3);
});

test('what an instance remembers of a day’s stream it does not read again', async ({ log }) => {
  let reads = 0;
  const counting: CallEventLog = {
    ...log,
    read(stream, from) {
      reads += 1;
      return log.read(stream, from);
    },
  };
  const streams = createSideStreams(counting);
  for (let index = 0; index < 20; index += 1) await streams.add('side:1', [entry(`id-${index}`)], BEGUN);
  assert.is(reads, 1);
});

test('the index finds a call by either name, the newest where two have the same, and forgets the oldest', () => {
  const index = createProviderIndex(2);
  const observe = (callSessionId: string, correlationId: string | null, serverCallId: string | null) =>
    index.recorded({ callSessionId, callConnectionId: null, correlationId, serverCallId });
  const find = (correlationId: string | null, serverCallId: string | null = null) =>
    index.find({ correlationId, serverCallId });
  observe('call-0', null, null);
  assert.is(find(null), null);
  observe('call-1', 'c1', null);
  observe('call-1', 'c1', 's1');
  observe('call-2', 'c2', 's2');
  assert.equal(
    [find('c1'), find(null, 's1'), find('other', 's2'), find('other')],
    ['call-1', 'call-1', 'call-2', null],
  );
  observe('call-3', 'c2', null);
  assert.is(find('c2'), 'call-3');
  observe('call-4', 'c4', null);
  assert.equal([find('c1'), find('c4')], [null, 'call-4']);
});

test.run();
