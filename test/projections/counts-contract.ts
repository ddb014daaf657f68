import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallCount, CallRows, ReadStore } from '../../projections/ports.ts';
import { type OpenReadStore, withStore } from './read-store-contract.ts';
import { at, contents, rows, stream } from './samples.ts';

const ALWAYS = ['2020-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z'] as const;
const HOUR_SECONDS = 3_600;

/** What every adapter of ReadStore keeps of its figures: they are those of a count of its rows, however these came about. */
export function countsContract(name: string, open: OpenReadStore): void {
  const test = suite(`${name} figures of calls`);
  const on = (promise: string, work: (store: ReadStore) => Promise<void>): void =>
    test(promise, () => withStore(open, work));

  on('a call is counted once, in the hour in which it was created, as what it is', async (store) => {
    assert.equal(await store.counts(...ALWAYS), []);
    await store.write([rows(1, { createdAt: at(59) }), rows(2, { createdAt: at(HOUR_SECONDS) })]);
    await store.write([rows(1, { createdAt: at(59) })]);
    const kind = { status: 'Initiated', disposition: null, questionnaire: 'wellness@1', calls: 1 } as const;
    assert.equal(sorted(await store.counts(...ALWAYS)), [
      { hour: at(0), ...kind },
      { hour: at(HOUR_SECONDS), ...kind },
    ]);
  });

  on('a call that goes on is moved, and an older version of it is not counted', async (store) => {
    const ended = { status: 'Disconnected', disposition: 'completed', version: 3 } as const;
    await store.write([rows(1)]);
    await store.write([rows(1, ended)]);
    await store.write([rows(1, { status: 'Connected', version: 2 }), rows(1, ended)]);
    const counted = { hour: at(0), status: 'Disconnected', disposition: 'completed', questionnaire: 'wellness@1' };
    assert.equal(await store.counts(...ALWAYS), [{ ...counted, calls: 1 }]);
  });

  on('of a time they are those of the hours that begin in it', async (store) => {
    await store.write([0, 1, 2, 3].map((n) => rows(n, { createdAt: at(n * HOUR_SECONDS + 1) })));
    const hours = async (from: string, to: string) => sorted(await store.counts(from, to)).map(({ hour }) => hour);
    assert.equal(await hours(at(HOUR_SECONDS), at(3 * HOUR_SECONDS)), [at(HOUR_SECONDS), at(2 * HOUR_SECONDS)]);
    assert.equal(await hours(at(HOUR_SECONDS - 1), at(HOUR_SECONDS + 1)), [at(HOUR_SECONDS)]);
    assert.equal(await hours(at(HOUR_SECONDS + 1), at(HOUR_SECONDS + 2)), []);
  });

  on('nothing of a batch that is refused is counted', async (store) => {
    const broken = { session: { ...rows(2).session, memberId: null as never }, responses: [] };
    await store.write([rows(1), broken]).catch(() => undefined);
    assert.equal(await store.counts(...ALWAYS), []);
  });

  on('whatever is written in whatever order, and after a rebuild, they are a count of the rows', async (store) => {
    await fc.assert(
      fc.asyncProperty(writes(), async (batches) => {
        for (const batch of batches) await store.write(batch);
        await areThoseOfRows(store);
        const log = await contents(store);
        await store.rebuild(stream(log.filter((_, n) => n % 3 > 0)));
        await areThoseOfRows(store);
        await store.write(log);
        await areThoseOfRows(store);
      }),
      { numRuns: 15 },
    );
  });

  on('calls that are found again by their figures are as many as these say', async (store) => {
    await store.write(Array.from({ length: 60 }, (_, n) => sample({ n, version: 1 + (n % 7), isMoved: n % 2 === 0 })));
    for (const { hour, disposition, status, questionnaire, calls } of await store.counts(...ALWAYS)) {
      const to = new Date(Date.parse(hour) + HOUR_SECONDS * 1_000).toISOString();
      const filter = { status, questionnaire, from: hour, to, ...(disposition && { disposition }) };
      assert.is((await store.list({ filter, limit: 100 })).length, calls, JSON.stringify(filter));
    }
  });

  test.run();
}

type Write = { readonly n: number; readonly version: number; readonly isMoved: boolean };

function writes(): fc.Arbitrary<CallRows[][]> {
  const write: fc.Arbitrary<Write> = fc.record({
    n: fc.integer({ min: 0, max: 7 }),
    version: fc.integer({ min: 1, max: 7 }),
    isMoved: fc.boolean(),
  });
  return fc.array(fc.array(write.map(sample), { maxLength: 8 }), { minLength: 1, maxLength: 5 });
}

const STANDINGS = [
  { status: 'Initiated', disposition: null },
  { status: 'Connected', disposition: null },
  { status: 'Disconnected', disposition: 'completed' },
  { status: 'Failed', disposition: 'busy' },
] as const;

/** A later version may stand anywhere, also in another hour: what is damaged is built again otherwise. */
function sample({ n, version, isMoved }: Write): CallRows {
  const hour = isMoved ? (n + version) % 3 : n % 3;
  return rows(n, {
    ...STANDINGS[(n + version) % STANDINGS.length],
    questionnaire: `wellness@${1 + (n % 2)}`,
    createdAt: at(hour * HOUR_SECONDS + n),
    version,
  });
}

async function areThoseOfRows(store: ReadStore): Promise<void> {
  const counted = new Map<string, CallCount>();
  for (const { session } of await contents(store)) {
    const { status, disposition, questionnaire } = session;
    const hour = `${session.createdAt.slice(0, 13)}:00:00.000Z`;
    const key = JSON.stringify([hour, status, disposition, questionnaire]);
    const calls = (counted.get(key)?.calls ?? 0) + 1;
    counted.set(key, { hour, status, disposition, questionnaire, calls });
  }
  assert.equal(sorted(await store.counts(...ALWAYS)), sorted([...counted.values()]));
}

function sorted(counts: readonly CallCount[]): CallCount[] {
  const key = (count: CallCount): string => JSON.stringify(count);
  return [...counts].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
