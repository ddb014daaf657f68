import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLoad, inFlightLimit, type LoadSample, SHEDDABLE } from '../../src/http/load.ts';

const LIMITS = { maxEventLoopDelayMs: 2_000, maxHeapBytes: 1_000, maxRssBytes: 0, loadSampleMs: 500 };
const STAFF_DELAY_MS = 1_000;

/** Looks that follow each other as those of a loop that was late by so much: each comes when it is due, or as late. */
function looks(delaysMs: readonly number[]): LoadSample[] {
  let atMs = 0;
  return delaysMs.map((delayMs) => {
    atMs += LIMITS.loadSampleMs + delayMs;
    return { atMs, delayMs, heapBytes: 0, rssBytes: 0 };
  });
}

/** Who is refused right after each of these looks. */
function refusedAfter(samples: readonly LoadSample[]): string[][] {
  const load = createLoad(LIMITS);
  return samples.map((sample) => {
    load.took(sample);
    return SHEDDABLE.filter((whom) => load.isHigh(whom, sample.atMs));
  });
}

const free = fc.integer({ min: 0, max: STAFF_DELAY_MS });
const stall = fc.integer({ min: 0, max: 3_600_000 });
const delays = fc.array(fc.oneof(free, stall), { maxLength: 40 });

test('a stall, however long, refuses nobody: neither when it is over nor later', () => {
  const stalls = fc.array(fc.tuple(stall, free), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(stalls, (pairs) => {
      assert.equal(refusedAfter(looks(pairs.flat())).flat(), []);
    }),
  );
});

test('a loop that is late again and again refuses staff at half of what it takes to refuse callbacks', () => {
  const late = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(late, (delaysMs) => {
      const [, ...refused] = refusedAfter(looks(delaysMs));
      for (const [index, whom] of refused.entries()) {
        const least = Math.min(delaysMs[index]!, delaysMs[index + 1]!);
        const expected = [...(least > 1_000 ? ['staff'] : []), ...(least > 2_000 ? ['callback'] : [])];
        assert.equal(whom, expected);
      }
    }),
  );
});

test('whatever happens: who refuses callbacks refuses staff, and one look in time lets everybody in', () => {
  fc.assert(
    fc.property(delays, free, (delaysMs, last) => {
      const refused = refusedAfter(looks([...delaysMs, last]));
      for (const whom of refused) if (whom.includes('callback')) assert.ok(whom.includes('staff'));
      assert.equal(refused.at(-1), []);
    }),
  );
});

test('a verdict holds until the next look of a loop as late is due; one from before a suspension is worth nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2_001, max: 60_000 }), fc.integer({ min: 0, max: 3_600_000 }), (delayMs, sinceMs) => {
      const load = createLoad(LIMITS);
      const samples = looks([delayMs, delayMs]);
      for (const sample of samples) load.took(sample);
      const nowMs = samples.at(-1)!.atMs + sinceMs;
      const mayHold = sinceMs <= LIMITS.loadSampleMs + 2 * delayMs;
      assert.equal(
        SHEDDABLE.filter((whom) => load.isHigh(whom, nowMs)),
        mayHold ? SHEDDABLE : [],
      );
    }),
  );
});

test('memory refuses staff a little before callbacks, at once and until there is some', () => {
  const load = createLoad(LIMITS);
  const refusedAt = (heapBytes: number) => {
    load.took({ atMs: 0, delayMs: 0, heapBytes, rssBytes: Number.MAX_SAFE_INTEGER });
    return SHEDDABLE.filter((whom) => load.isHigh(whom, 3_600_000));
  };
  assert.equal([950, 951, 1_000, 1_001, 950].map(refusedAt), [[], ['staff'], ['staff'], ['staff', 'callback'], []]);
});

test('of so many requests at a time half are for staff, at least one; without a limit there is none for anybody', () => {
  assert.equal(
    [2_000, 3, 1, 0].map((most) => inFlightLimit(most, 'staff')),
    [1_000, 2, 1, 0],
  );
  assert.equal(
    [2_000, 1, 0].map((most) => inFlightLimit(most, 'callback')),
    [2_000, 1, 0],
  );
});

test.run();
