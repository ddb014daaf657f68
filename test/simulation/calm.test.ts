import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import type { DialPolicy } from '../../src/domain/dial-policy.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import type { Behaviour } from '../../src/simulator/members/members.ts';
import { START_MS, untilQuiet } from './run.ts';
import { createScheduler } from './scheduler.ts';
import { createSim } from './sim.ts';
import { createStage, numberOf, type Stage } from './stage.ts';

const test = suite('a world where nothing goes wrong');

const MINUTE_MS = 60_000;
const CALLS = 30;
/** Nobody may wait so long in vain. What is looked for again by chance, in case it was missed, is found after five seconds. */
const LATE_MS = 1_000;
/** Who are wanted within some milliseconds are called in any order. */
const OVERTAKEN_MOST = 6;
const TALKS: Behaviour = { otherwise: { press: ['one'], afterMs: 1_500 } };

type Setting = DialPolicy & { readonly instances: number; readonly isShared?: boolean };
/** `overMs`: when it was heard that the leg is over. */
type Dial = { readonly wantedMs: number; readonly dialledMs: number; readonly overMs: number };

/** Calls thirty members, many of them at once. */
async function play(seed: number, setting: Setting): Promise<Stage> {
  const { instances, isShared = instances > 1, ...dialPolicy } = setting;
  const sim = createSim(seed, createScheduler(START_MS), 400);
  const readStore = openSqliteReadStore(':memory:');
  try {
    const stage = createStage(sim, readStore, {
      instances,
      dialPolicy,
      callsPerCallerId: 0,
      isShared,
    });
    for (let index = 1; index <= CALLS; index += 1) callOne(stage, `M-${index}`);
    await sim.scheduler.runUntil(START_MS + MINUTE_MS, () => sim.failure() !== null);
    await untilQuiet(stage, 60 * MINUTE_MS);
    assert.is(sim.failure(), null, JSON.stringify(sim.failure()));
    return stage;
  } finally {
    await readStore.close();
  }
}

function callOne({ sim, world, fleet, checker }: Stage, memberId: string): void {
  world.members.set(numberOf(memberId), TALKS);
  const atMs = sim.hit('at-once', 0.5) ? 5_000 : sim.between('wanted-at', 5_000, 20_000);
  sim.scheduler.after(atMs, async () => {
    const request = { memberId, actor: 'coordinator:ann', idempotencyKey: memberId };
    const result = await fleet.anyone('to')!.app.initiate(request);
    assert.ok(result.ok);
    checker.promised({ callSessionId: result.callSessionId, memberId, idempotencyKey: memberId });
  });
}

/** In the order in which they were wanted. */
function dialsOf({ log }: Stage): readonly Dial[] {
  const dials = log
    .streams()
    .filter(isCallStream)
    .map((stream) => {
      const at = (type: string): number => Date.parse(log.peek(stream).find((entry) => entry.type.endsWith(type))!.at);
      return { wantedMs: at('InitiateCall'), dialledMs: at('PlaceCall'), overMs: at('CallDisconnected') };
    });
  return dials.sort((one, other) => one.wantedMs - other.wantedMs);
}

/** How much later than the pace allows the latest dial was: each when it is wanted, and one spacing behind the one before. */
function latest(dials: readonly Dial[], spacingMs: number): number {
  let allowedMs = 0;
  const late = dials.map(({ wantedMs, dialledMs }) => {
    allowedMs = Math.max(allowedMs + spacingMs, wantedMs);
    return dialledMs - allowedMs;
  });
  return Math.max(...late);
}

/** How much later than it could be a call was dialled at the latest, where each needs a place that another had. */
function latestOfPlaces(dials: readonly Dial[], spacingMs: number, places: number): number {
  const inOrder = (times: readonly number[]): number[] => times.toSorted((one, other) => one - other);
  const [wanted, over] = [inOrder(dials.map(({ wantedMs }) => wantedMs)), inOrder(dials.map(({ overMs }) => overMs))];
  const dialled = inOrder(dials.map(({ dialledMs }) => dialledMs));
  const late = dialled.map((dialledMs, index) => {
    const [paceMs, placeMs] = [(dialled[index - 1] ?? 0) + spacingMs, over[index - places] ?? 0];
    return dialledMs - Math.max(paceMs, placeMs, wanted[index]!);
  });
  return Math.max(...late);
}

// Most are no whole number of milliseconds apart.
for (const callsPerSecond of [0.7, 3, 7, 10, 30, 10_000]) {
  for (const instances of [1, 3]) {
    test(`whoever may be called is called at once: ${callsPerSecond} a second, instances: ${instances}`, async () => {
      for (let seed = 1; seed <= 2; seed += 1) {
        const dials = dialsOf(await play(seed, { callsPerSecond, concurrentCalls: 50, instances }));
        assert.is(dials.length, CALLS);
        const spacingMs = 1_000 / callsPerSecond;
        const lateMs = latest(dials, spacingMs);
        assert.ok(
          lateMs <= LATE_MS + OVERTAKEN_MOST * spacingMs,
          `seed ${seed}: one is dialled ${Math.round(lateMs)} ms later than it could be`,
        );
      }
    });
  }
}

for (const concurrentCalls of [1, 2, 3]) {
  for (const instances of [1, 3]) {
    test(`a place that comes back is given at once: ${concurrentCalls} of them, instances: ${instances}`, async () => {
      for (let seed = 1; seed <= 2; seed += 1) {
        const dials = dialsOf(await play(seed, { callsPerSecond: 7, concurrentCalls, instances }));
        assert.is(dials.length, CALLS);
        const lateMs = latestOfPlaces(dials, 1_000 / 7, concurrentCalls);
        assert.ok(lateMs <= LATE_MS, `seed ${seed}: one is dialled ${Math.round(lateMs)} ms later than it could be`);
      }
    });
  }
}

/** Of all that was sent, how long it was recorded before an answer to it was. */
function answeredAfterMs({ log }: Stage): number[] {
  return log
    .streams()
    .filter(isCallStream)
    .flatMap((stream) => {
      const entries = log.peek(stream);
      const sentAt = new Map(entries.map(({ id, at }) => [id, Date.parse(at)]));
      const outcomes = entries.filter(({ kind }) => kind === 'outcome');
      return outcomes.map(({ at, cause }) => Date.parse(at) - sentAt.get(cause ?? '')!);
    });
}

for (const { instances, isShared } of [
  { instances: 1, isShared: false },
  { instances: 3, isShared: true },
  { instances: 3, isShared: false },
]) {
  const how = isShared ? ' that share' : '';
  test(`nobody on the line waits in vain for the next words, instances: ${instances}${how}`, async () => {
    for (let seed = 1; seed <= 2; seed += 1) {
      const stage = await play(seed, { callsPerSecond: 10, concurrentCalls: 20, instances, isShared });
      const waited = answeredAfterMs(stage);
      // A dial, four questions, the thanks and the end.
      assert.is(waited.length, 7 * CALLS);
      assert.ok(Math.max(...waited) <= LATE_MS, `seed ${seed}: ${Math.max(...waited)} ms until something was answered`);
    }
  });
}

test.run();
