import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallPage, CallRows, ReadStore } from '../../projections/ports.ts';
import type { Disposition } from '../../src/domain/call/disposition.ts';
import { allPages, allPagesBack } from './pages.ts';
import { at, callId, contents, rows } from './samples.ts';

/** A store to test, empty, and what makes it go away. */
export type OpenReadStore = () => Promise<{ readonly store: ReadStore; cleanup(): Promise<void> }>;

/** What a text may hold, for all that a store knows. */
export const EVERY_KIND_OF_CHARACTER = `naïve "quoted" 'single' \u0001 \u001f \u2028 漢字 👩‍⚕️ \\ ; DROP TABLE CallSessions --`;

/** Runs one test on a fresh store. */
export async function withStore(open: OpenReadStore, work: (store: ReadStore) => Promise<void>): Promise<void> {
  const { store, cleanup } = await open();
  try {
    await work(store);
  } finally {
    await cleanup();
  }
}

/** What every adapter of ReadStore keeps, but for `rebuild` (see rebuild-contract.ts). */
export function readStoreContract(name: string, open: OpenReadStore, text = EVERY_KIND_OF_CHARACTER): void {
  const test = suite(`${name} read store`);
  const on = (promise: string, work: (store: ReadStore) => Promise<void>): void =>
    test(promise, () => withStore(open, work));

  on('gives back exactly what was written, by session and by connection', async (store) => {
    const call = rows(1, { version: 9, disposition: 'partial' }, { 1: 'yes', 2: 'timeout' });
    await store.write([rows(0), call, rows(2)]);
    assert.equal(await store.bySession(callId(1)), call);
    assert.equal(await store.byConnection('connection-1'), call);
    assert.equal(await store.bySession(callId(9)), null);
    assert.equal(await store.byConnection('nobody'), null);
  });

  on(
    'finds a call by any id of its own, spelled as it came or folded: its session first, then its connection',
    async (store) => {
      const [first, second] = [rows(1, { callConnectionId: 'LEG-1' }), rows(2, { callConnectionId: 'leg-1' })];
      const [older, named] = [rows(3), rows(4, { callConnectionId: callId(1) })];
      const newer = rows(5, { callConnectionId: 'connection-3' }, { 1: 'yes' });
      await store.write([newer, first, second, older, named]);
      const find = (id: string) => store.byAnyId(id, id.toLowerCase());
      assert.equal(await find(callId(5)), newer);
      assert.equal(
        await find(callId(1).toUpperCase()),
        first,
        'its session, and not the call whose connection has that id',
      );
      assert.equal(await find('LEG-1'), first, 'as it came');
      assert.equal(await find('leg-1'), second);
      assert.equal(await find('Leg-1'), second, 'folded, as nobody has it as it came');
      assert.equal(await find('connection-3'), newer, 'the newest');
      assert.is(await find('nobody'), null);
    },
  );

  on('gives back many sessions at once, each with its responses, and none that it does not have', async (store) => {
    const calls = [rows(1, { version: 9 }, { 1: 'yes', 2: 'timeout' }), rows(2), rows(3, {}, { 1: text })];
    await store.write([...calls, rows(4)]);
    const found = await store.bySessions([callId(3), callId(8), callId(1), callId(2), callId(1)]);
    assert.equal(
      [...found].sort((a, b) => (a.session.callSessionId < b.session.callSessionId ? -1 : 1)),
      calls,
    );
    assert.equal(await store.bySessions([callId(8)]), []);
    assert.equal(await store.bySessions([]), []);
  });

  on('keeps null, and is not found by a connection that is not known yet', async (store) => {
    const call = rows(1, { callConnectionId: null });
    await store.write([call]);
    assert.equal(await store.bySession(callId(1)), call);
    assert.equal(await store.byConnection('null'), null);
  });

  on('finds a call by what Event Grid calls it: by its correlation, else by its server call', async (store) => {
    await store.write([rows(1), rows(2)]);
    const find = (correlationId: string | null, serverCallId: string | null) =>
      store.byProviderIds({ correlationId, serverCallId });
    assert.is(await find('correlation-1', null), callId(1));
    assert.is(await find(null, 'server-2'), callId(2));
    assert.is(await find('correlation-1', 'server-2'), callId(1));
    assert.is(await find('of another call', 'server-2'), callId(2));
    assert.is(await find('server-1', 'correlation-1'), null);
    assert.is(await find('of another call', 'of another call'), null);
  });

  on('finds the newest of several calls with the same provider ids', async (store) => {
    const same = { correlationId: 'same', serverCallId: 'the same' };
    await store.write([rows(2, same), rows(3, same), rows(1, same)]);
    assert.is(await store.byProviderIds({ correlationId: 'same', serverCallId: null }), callId(3));
    assert.is(await store.byProviderIds({ correlationId: null, serverCallId: 'the same' }), callId(3));
  });

  on('finds no call by provider ids that nobody knows yet', async (store) => {
    const call = rows(1, { correlationId: null, serverCallId: null });
    await store.write([call]);
    assert.equal(await store.bySession(callId(1)), call);
    for (const id of [null, '', 'null']) {
      assert.is(await store.byProviderIds({ correlationId: id, serverCallId: id }), null);
    }
  });

  on('tells long server calls apart by their last character', async (store) => {
    const long = (end: string): string => `${'aHR0cHM6Ly9'.repeat(100).slice(0, 1_023)}${end}`;
    const call = rows(1, { serverCallId: long('A') });
    await store.write([call, rows(2, { serverCallId: long('a') })]);
    assert.equal(await store.bySession(callId(1)), call);
    assert.is(await store.byProviderIds({ correlationId: null, serverCallId: long('A') }), callId(1));
    assert.is(await store.byProviderIds({ correlationId: null, serverCallId: long('a') }), callId(2));
    assert.is(await store.byProviderIds({ correlationId: null, serverCallId: long('B') }), null);
  });

  on('writes a batch whole, with several versions of one call in it', async (store) => {
    const last = rows(1, { version: 3 }, { 1: 'yes' });
    await store.write([rows(1, { version: 1 }), last, rows(1, { version: 2 }, { 1: 'no' }), rows(2)]);
    await store.write([]);
    assert.equal(await contents(store), [rows(2), last]);
  });

  on('writes nothing of a batch that it refuses', async (store) => {
    const broken = { session: { ...rows(2).session, memberId: null as never }, responses: [] };
    await refused(() => store.write([rows(1), broken]));
    assert.equal(await contents(store), []);
    await store.write([rows(1)]);
    assert.equal(await contents(store), [rows(1)]);
  });

  on('keeps every character of a text', async (store) => {
    const call = rows(1, { memberId: text, callConnectionId: text }, { 1: text });
    await store.write([call]);
    assert.equal(await store.byConnection(text), call);
    const page = await store.list({ filter: { memberId: text }, limit: 5 });
    assert.equal(page, [call.session]);
  });

  on('names the open calls, the newest update and the versions it has', async (store) => {
    assert.equal(await store.open(), []);
    assert.is(await store.newestUpdate(), null);
    const ended = rows(2, { version: 7, disposition: 'completed', updatedAt: at(99) });
    await store.write([rows(1, { version: 4 }), ended, rows(3)]);
    assert.equal([...(await store.open())].sort(), [callId(1), callId(3)]);
    assert.is(await store.newestUpdate(), at(99));
    const versions = await store.versions([callId(1), callId(2), callId(8)]);
    assert.equal(
      [...versions].sort(),
      [[callId(1), 4] as const, [callId(2), 7] as const].map((pair) => [...pair]),
    );
    assert.is((await store.versions([])).size, 0);
  });

  on('answers for the versions of thousands of calls at once', async (store) => {
    await store.write(Array.from({ length: 3_000 }, (_, n) => rows(n)));
    const versions = await store.versions(Array.from({ length: 4_000 }, (_, n) => callId(n)));
    assert.is(versions.size, 3_000);
  });

  on('lists newest first, with every filter alone and together', async (store) => {
    const calls = sampleCalls();
    await store.write(calls);
    for (const filter of FILTERS) {
      const wanted = calls.filter((call) => matches(call, filter)).reverse();
      const found = await store.list({ filter, limit: 100 });
      assert.equal(
        found,
        wanted.map((call) => call.session),
        JSON.stringify(filter),
      );
    }
  });

  on('pages to the end without a gap or a repetition, also when calls begin meanwhile', async (store) => {
    const calls = sampleCalls();
    await store.write(calls);
    for (const filter of FILTERS) {
      const wanted = calls.filter((call) => matches(call, filter)).reverse();
      const found = await allPages(store, filter, 3);
      assert.equal(
        found,
        wanted.map((call) => call.session.callSessionId),
        JSON.stringify(filter),
      );
    }
    for (const filter of FILTERS) {
      assert.equal(await allPagesBack(store, filter, 3), await allPages(store, filter, 100), JSON.stringify(filter));
    }
    const first = await store.list({ filter: {}, limit: 10 });
    await store.write([rows(900), rows(901)]);
    const after = first.at(-1)?.callSessionId ?? '';
    const second = await store.list({ filter: {}, after, limit: 100 });
    assert.is(first.length + second.length, calls.length);
  });

  on('ends in the newest version of each call, whatever the order, the batches and the repetitions', async (store) => {
    let base = 0;
    await fc.assert(
      fc.asyncProperty(writes(), async (batches) => {
        base += 10;
        const shifted = batches.map((batch) => batch.map(({ n, version }) => sample(base + n, version)));
        for (const batch of shifted) await store.write(batch);
        for (const wanted of newest(shifted.flat()))
          assert.equal(await store.bySession(wanted.session.callSessionId), wanted);
      }),
      { numRuns: 60 },
    );
  });

  test.run();
}

type Filter = CallPage['filter'];

const FILTERS: readonly Filter[] = [
  {},
  { memberId: 'member-a' },
  { memberId: 'nobody' },
  { status: 'Connected' },
  { disposition: 'busy' },
  { status: ['Connected', 'Failed'] },
  { disposition: ['no-answer', 'busy'] },
  { status: ['Initiated'], disposition: ['busy', 'completed'] },
  { questionnaire: 'wellness@2' },
  { questionnaire: 'wellness@9' },
  { questionnaire: 'wellness@2', status: 'Failed', disposition: ['busy', 'no-answer'] },
  { questionnaire: 'wellness@1', disposition: 'busy', to: at(20) },
  { questionnaire: 'wellness@1', status: 'Connected', from: at(3_600) },
  { memberId: 'member-a', questionnaire: 'wellness@2', from: at(2) },
  { from: at(10) },
  { to: at(10) },
  { from: at(5), to: at(20) },
  { from: at(20), to: at(5) },
  { memberId: 'member-b', status: 'Failed', disposition: 'busy', from: at(1), to: at(29) },
  { memberId: 'member-b', status: ['Failed', 'Connected'], disposition: ['busy', 'expired'], from: at(1), to: at(29) },
];

function sampleCalls(): CallRows[] {
  return Array.from({ length: 30 }, (_, n) => {
    const failed = n % 3 === 0;
    const memberId = n % 2 === 0 ? 'member-a' : 'member-b';
    const disposition = failed ? (n % 4 === 0 ? 'no-answer' : 'busy') : null;
    const questionnaire = `wellness@${n % 5 === 0 ? 2 : 1}`;
    return rows(n, { memberId, status: failed ? 'Failed' : 'Connected', disposition, questionnaire });
  });
}

function matches({ session }: CallRows, { memberId, status, disposition, questionnaire, from, to }: Filter): boolean {
  if (questionnaire !== undefined && session.questionnaire !== questionnaire) return false;
  if (memberId !== undefined && session.memberId !== memberId) return false;
  if (status !== undefined && ![status].flat().includes(session.status)) return false;
  if (disposition !== undefined && ![disposition].flat().includes(session.disposition as Disposition)) return false;
  if (from !== undefined && session.createdAt < from) return false;
  return to === undefined || session.createdAt < to;
}

function writes() {
  const write = fc.record({
    n: fc.integer({ min: 0, max: 4 }),
    version: fc.integer({ min: 1, max: 6 }),
  });
  return fc.array(fc.array(write, { maxLength: 6 }), { minLength: 1, maxLength: 6 });
}

// As in a log, a version of a call has one set of rows; which questions it has answers for differs from one to the next.
function sample(n: number, version: number): CallRows {
  const questions = [1, 2, 3].filter((question) => (n * 7 + version * 3) & (1 << (question - 1)));
  return rows(n, { version, updatedAt: at(version) }, Object.fromEntries(questions.map((q) => [q, `v${version}`])));
}

function newest(calls: readonly CallRows[]): CallRows[] {
  const byId = new Map<string, CallRows>();
  for (const call of calls) {
    const known = byId.get(call.session.callSessionId);
    if (!known || call.session.version > known.session.version) byId.set(call.session.callSessionId, call);
  }
  return [...byId.values()];
}

async function refused(work: () => Promise<unknown>): Promise<void> {
  const failed = await work().then(
    () => false,
    () => true,
  );
  assert.ok(failed, 'it was not refused');
}
