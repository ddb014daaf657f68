import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReadStore } from '../../projections/ports.ts';
import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import type { AppHealth } from '../../src/app/api.ts';
import type { Behaviour } from '../../src/simulator/members/members.ts';
import { PRESETS } from '../../src/simulator/members/members.ts';
import { checkEnd } from './check-end.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';
import { START_MS, untilQuiet } from './run.ts';
import { createScheduler } from './scheduler.ts';
import { createSim } from './sim.ts';
import { createStage, numberOf, type Stage } from './stage.ts';

const MINUTE_MS = 60_000;
const CALLS = 24;
const test = suite('outages of ten minutes');

/** Somebody asks how a server fares as often as a platform does. */
const ASKED_EVERY_MS = 5_000;
const OUTAGE = { fromMs: MINUTE_MS, toMs: 11 * MINUTE_MS } as const;
const BEHAVIOURS: readonly Behaviour[] = [
  PRESETS['answers-all'],
  PRESETS['says-no'],
  PRESETS['hangs-up-during-question-2'],
  PRESETS.busy,
];

type Seen = { readonly atMs: number; readonly health: AppHealth };

/** What came of every member's call, and how the servers said that they fared. */
type Played = { readonly calls: Readonly<Record<string, string>>; readonly seen: readonly Seen[] };

/** Calls everybody in the course of twelve minutes, with a fault for ten of them. */
async function playWith(fault: Partial<FaultPlan>): Promise<Played> {
  const sim = createSim(7, createScheduler(START_MS), 400);
  const readStore = openSqliteReadStore(':memory:');
  try {
    const dialPolicy = { concurrentCalls: 50, callsPerSecond: 20 };
    const stage = createStage(sim, readStore, { instances: 2, dialPolicy, callsPerCallerId: 0, isShared: false });
    const seen: Seen[] = [];
    const turn = (faults: FaultPlan) => () => {
      sim.faults = faults;
    };
    sim.scheduler.after(OUTAGE.fromMs, turn({ ...NO_FAULTS, ...fault }));
    sim.scheduler.after(OUTAGE.toMs, turn(NO_FAULTS));
    for (let atMs = 2_000; atMs < 13 * MINUTE_MS; atMs += ASKED_EVERY_MS) {
      sim.scheduler.after(atMs, () => askAll(stage, seen));
    }
    for (let index = 0; index < CALLS; index += 1) callOne(stage, index);
    await sim.scheduler.runUntil(START_MS + 13 * MINUTE_MS, () => sim.failure() !== null);
    await untilQuiet(stage, 60 * MINUTE_MS);
    await checkEnd(stage.checker.check, readStore, stage.kept);
    assert.is(sim.failure(), null, JSON.stringify(sim.failure()));
    return { calls: await callsOf(readStore), seen };
  } finally {
    await readStore.close();
  }
}

function askAll({ sim, fleet }: Stage, seen: Seen[]): void {
  for (const { app } of fleet.up()) {
    void app.readiness().then((health) => seen.push({ atMs: sim.scheduler.now() - START_MS, health }));
  }
}

/** A coordinator's tool asks until it is given a call. */
function callOne({ sim, world, fleet, checker }: Stage, index: number): void {
  const memberId = `M-${index + 1}`;
  world.members.set(numberOf(memberId), BEHAVIOURS[index % BEHAVIOURS.length]!);
  const ask = async (): Promise<void> => {
    const request = { memberId, actor: 'coordinator:ann', idempotencyKey: memberId };
    const result = await fleet
      .anyone('to')!
      .app.initiate(request)
      .catch(() => null);
    if (result?.ok) checker.promised({ callSessionId: result.callSessionId, memberId, idempotencyKey: memberId });
    else sim.scheduler.after(20_000, () => void ask());
  };
  sim.scheduler.after(5_000 + (index * 12 * MINUTE_MS) / CALLS, () => void ask());
}

async function callsOf(readStore: ReadStore): Promise<Record<string, string>> {
  const calls: Record<string, string> = {};
  for (const { callSessionId, memberId, disposition } of await readStore.list({ filter: {}, limit: 1_000 })) {
    const rows = await readStore.bySession(callSessionId);
    const answers = rows!.responses.map(({ questionNumber, response }) => `${questionNumber}:${response}`);
    calls[memberId] = `${disposition} ${answers.join(' ')}`;
  }
  return calls;
}

const during = ({ seen }: Played, fromMs: number, toMs: number) =>
  seen.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ health }) => health);

test('without the database every call ends as with it, and no server is taken out', async () => {
  const undisturbed = await playWith({});
  const away = await playWith({ storeDown: 1 });
  assert.is(Object.keys(away.calls).length, CALLS);
  assert.equal(away.calls, undisturbed.calls);
  assert.equal(new Set(Object.values(away.calls).map((call) => call.split(' ')[0])).size, BEHAVIOURS.length);
  assert.ok(away.seen.length > 200);
  assert.ok(away.seen.every(({ health }) => health.ready));
  const late = during(away, OUTAGE.fromMs + MINUTE_MS, OUTAGE.toMs);
  assert.ok(
    late.some(({ problems }) => problems.includes('the read models are behind the log')),
    'and it is said',
  );
  assert.ok(late.every(({ problemCounts }) => problemCounts.LOG_UNAVAILABLE === 0));
});

test('while the log is full every server says so within ten seconds, and comes back by itself', async () => {
  const full = await playWith({ logFull: 1 });
  assert.is(Object.keys(full.calls).length, CALLS, 'who asks until there is room gets a call');
  const meanwhile = during(full, OUTAGE.fromMs + 10_000, OUTAGE.toMs);
  assert.ok(meanwhile.length > 100);
  for (const { ready, problemCounts } of meanwhile) assert.equal([ready, problemCounts.LOG_UNAVAILABLE], [false, 1]);
  const before = during(full, 0, OUTAGE.fromMs);
  const after = during(full, OUTAGE.toMs + 10_000, 13 * MINUTE_MS);
  for (const { ready } of [...before, ...after]) assert.is(ready, true);
});

test.run();
