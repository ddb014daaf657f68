import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessFilter, AccessRecord, AccessRecords, AccessStore } from '../../projections/access.ts';
import { at } from './samples.ts';

/** A store to test, empty, and what makes it go away. */
export type OpenAccessStore = () => Promise<{ readonly store: AccessStore; cleanup(): Promise<void> }>;

/** The n-th record of a stream; later ones are of later times. */
export function record(n: number, change: Partial<AccessRecord> = {}): AccessRecord {
  return {
    recordId: `${at(n)}-${String(n).padStart(16, '0')}`,
    stream: 'access:2026-01-05:p1:1',
    version: n,
    at: at(n),
    actor: 'compliance:anna',
    name: 'anna',
    kind: 'api-key',
    roles: ['Compliance'],
    action: 'status',
    purpose: 'HOPERAT',
    reason: null,
    requestId: `r-${n}`,
    address: '10.0.0.7',
    calls: [`call-${n}`],
    members: [`M-${n % 3}`],
    fields: [],
    coversMs: 300_000,
    refused: null,
    ...change,
  };
}

export function recordsOf(records: readonly AccessRecord[], stream = 'access:2026-01-05:p1:1'): AccessRecords {
  return { stream, version: records.at(-1)?.version ?? 0, records };
}

/** What every adapter of AccessStore keeps. @param text what a text may hold, for all that a store knows */
export function accessContract(name: string, open: OpenAccessStore, text: string): void {
  const test = suite(`${name}: who looked`);
  const on = (promise: string, work: (store: AccessStore) => Promise<void>): void =>
    test(promise, async () => {
      const { store, cleanup } = await open();
      try {
        await work(store);
      } finally {
        await cleanup();
      }
    });
  const found = async (store: AccessStore, filter: AccessFilter, limit = 100) =>
    (await store.list({ filter, limit })).map(({ version }) => version);

  on('gives back exactly what was written, newest first', async (store) => {
    const full = record(2, {
      reason: text,
      members: [text, 'M-1'],
      calls: [],
      fields: ['memberId', 'from'],
      kind: 'person',
    });
    const bare = record(3, {
      purpose: null,
      requestId: null,
      address: null,
      coversMs: null,
      refused: 7,
      roles: [],
      calls: [],
      members: [],
    });
    await store.write([recordsOf([record(1), full, bare])]);
    assert.equal(await store.list({ filter: {}, limit: 10 }), [bare, full, record(1)]);
    assert.equal(await store.list({ filter: { member: text }, limit: 10 }), [full]);
    assert.equal(await store.ofStream('access:2026-01-05:p1:1'), [record(1), full, bare]);
  });

  on('adds nothing twice, in whatever pieces it comes', async (store) => {
    const all = [1, 2, 3, 4].map((n) => record(n));
    await store.write([recordsOf(all.slice(0, 3))]);
    await store.write([recordsOf(all.slice(1)), recordsOf(all.slice(0, 2))]);
    await store.write([]);
    assert.equal(await found(store, {}), [4, 3, 2, 1]);
    assert.equal(await found(store, { call: 'call-2' }), [2]);
    assert.equal([...(await store.versions(['access:2026-01-05:p1:1', 'another']))], [['access:2026-01-05:p1:1', 4]]);
  });

  on('answers who looked at a member or a call, what somebody looked at, and when', async (store) => {
    await store.write([recordsOf(await samples())]);
    for (const filter of FILTERS) {
      const wanted = (await samples()).filter((each) => matches(each, filter)).map(({ version }) => version);
      assert.equal(await found(store, filter), wanted.reverse(), JSON.stringify(filter));
    }
  });

  on('pages to the end without a gap or a repetition, also while others look', async (store) => {
    await store.write([recordsOf(await samples())]);
    for (const filter of FILTERS) {
      const wanted = (await samples()).filter((each) => matches(each, filter)).map(({ version }) => version);
      assert.equal(await allPages(store, filter), wanted.reverse(), JSON.stringify(filter));
    }
    const [first] = await store.list({ filter: {}, limit: 1 });
    await store.write([recordsOf([record(900)])]);
    const [next] = await store.list({ filter: {}, before: first!.recordId, limit: 1 });
    assert.is(next?.version, first!.version - 1);
  });

  on('knows its streams, how far each goes, and one that has no record', async (store) => {
    const other = record(1, { recordId: `${at(1)}-of-another`, stream: 'access:2026-01-05:p2:1' });
    await store.write([recordsOf([record(1)]), { ...recordsOf([other], other.stream), version: 9 }]);
    await store.write([{ stream: 'access:2026-01-05:p3:1', version: 4, records: [] }]);
    assert.equal(
      [...(await store.streams())].sort(),
      ['p1:1', 'p2:1', 'p3:1'].map((end) => `access:2026-01-05:${end}`),
    );
    const versions = await store.versions(await store.streams());
    assert.equal([...versions.values()].sort(), [1, 4, 9]);
  });

  on('puts other records in the place of those of a stream, and leaves the others alone', async (store) => {
    const other = record(1, { recordId: `${at(1)}-of-another`, stream: 'access:2026-01-05:p2:1' });
    await store.write([recordsOf([record(1), record(2), record(3)]), recordsOf([other], other.stream)]);
    const right = record(2, { members: ['M-9'] });
    await store.replace(recordsOf([right]));
    assert.equal(await store.ofStream(right.stream), [right]);
    assert.equal(await store.list({ filter: { member: 'M-9' }, limit: 9 }), [right]);
    assert.equal(await store.list({ filter: { member: 'M-2' }, limit: 9 }), []);
    assert.equal(await store.ofStream(other.stream), [other]);
    await store.replace({ stream: right.stream, version: 0, records: [] });
    assert.equal(await store.streams(), [other.stream]);
    assert.equal(await store.list({ filter: {}, limit: 9 }), [other]);
  });

  on('notes up to when all was read, and never goes back', async (store) => {
    assert.is(await store.caughtUpTo(), null);
    await store.markCaughtUp(at(5));
    await store.markCaughtUp(at(2));
    assert.is(await store.caughtUpTo(), at(5));
  });

  test.run();
}

const FILTERS: readonly AccessFilter[] = [
  {},
  { member: 'M-1' },
  { member: 'm-1' },
  { call: 'call-7' },
  { call: 'M-1' },
  { member: 'M-1', call: 'call-7' },
  { member: 'M-2', call: 'call-7' },
  { actor: 'anna' },
  { actor: 'coordinator:anna' },
  { actor: 'berta', from: at(5), to: at(20) },
  { member: 'M-1', actor: 'berta' },
  { byCompliance: true },
  { byCompliance: true, actor: 'anna' },
  { byCompliance: true, member: 'M-1', from: at(3) },
  { from: at(10), to: at(12) },
  { to: at(4) },
];

async function samples(): Promise<AccessRecord[]> {
  return Array.from({ length: 25 }, (_, index) => {
    const n = index + 1;
    if (n % 5 === 0) return record(n, { actor: 'coordinator:anna', roles: ['Coordinator'] });
    if (n % 4 === 0) return record(n, { actor: 'coordinator:berta', name: 'berta', roles: ['Coordinator'] });
    return record(n);
  });
}

function matches(each: AccessRecord, { member, call, actor, byCompliance, from, to }: AccessFilter): boolean {
  if (member !== undefined && !each.members.includes(member)) return false;
  if (call !== undefined && !each.calls.includes(call)) return false;
  if (actor !== undefined && ![each.actor, each.name].includes(actor)) return false;
  if (byCompliance && !each.roles.includes('Compliance')) return false;
  return (from === undefined || each.at >= from) && (to === undefined || each.at < to);
}

async function allPages(store: AccessStore, filter: AccessFilter): Promise<number[]> {
  const seen: AccessRecord[] = [];
  for (;;) {
    const before = seen.at(-1)?.recordId;
    const page = await store.list({ filter, limit: 3, ...(before !== undefined && { before }) });
    seen.push(...page);
    if (page.length < 3) return seen.map(({ version }) => version);
  }
}
