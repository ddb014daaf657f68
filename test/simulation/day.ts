import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import type { Behaviour } from '../../src/simulator/members/members.ts';
import { checkEnd } from './check-end.ts';
import { describeFailure } from './report.ts';
import { outcomeOf, START_MS, untilQuiet } from './run.ts';
import { createScheduler } from './scheduler.ts';
import { createSim, type Sim } from './sim.ts';
import { createStage, numberOf, type Stage } from './stage.ts';

export type DayOptions = {
  readonly seed: number;
  readonly calls: number;
  readonly onHour: (line: string) => void;
};

/** What a day brought; `heapMb` is what was held at the end of each hour. */
export type Day = { readonly problem: string | null; readonly summary: string; readonly heapMb: readonly number[] };

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** In the busiest hour calls come this often, until its share of them has come. */
const PEAK_PER_MINUTE = 100;
const PEAK_HOUR = 10;
const PEAK_SHARE = 0.4;
const LINES_KEPT = 400;
const ANSWERS_ALL: Behaviour = { otherwise: { press: ['one'], afterMs: 1_500 } };
const MAILBOX: Behaviour = { hangsUpAfterMs: 120_000 };
const BUSY: Behaviour = { answer: 'busy', ringMs: 500 };

/** A day on two instances without faults: everything that was promised is kept, and nothing piles up. */
export async function runDay({ seed, calls, onHour }: DayOptions): Promise<Day> {
  const sim = createSim(seed, createScheduler(START_MS), LINES_KEPT);
  const readStore = openSqliteReadStore(':memory:');
  const heapMb: number[] = [];
  try {
    const dialPolicy = { concurrentCalls: 200, callsPerSecond: 20 };
    const stage = createStage(sim, readStore, { instances: 2, dialPolicy, callsPerCallerId: 0, isShared: false });
    scheduleCalls(stage, calls);
    for (let hour = 1; hour <= HOURS && !sim.failure(); hour += 1) {
      await sim.scheduler.runUntil(START_MS + hour * HOUR_MS, () => sim.failure() !== null);
      putAway(stage);
      heapMb.push(heapUsedMb());
      onHour(
        `${String(hour).padStart(2)} h: ${stage.checker.check.ledger.promised.size} calls, heap ${heapMb.at(-1)} MB`,
      );
    }
    await untilQuiet(stage, HOUR_MS);
    if (!sim.failure()) await checkEnd(stage.checker.check, readStore, stage.kept);
    const { failure, steps } = outcomeOf(stage);
    const summary = `24 h, ${stage.checker.check.ledger.promised.size} calls, ${steps} steps: every promise held`;
    return { problem: failure && describeFailure(outcomeOf(stage)), summary, heapMb };
  } finally {
    await readStore.close();
  }
}

/** What a real store would keep on its disk, and what the checker has seen to the end, is no memory of the application. */
function putAway({ checker, log, sim }: Stage): void {
  const { ledger } = checker.check;
  for (const [callSessionId, endedAtMs] of ledger.endedAtMs) {
    if (sim.scheduler.now() - endedAtMs < HOUR_MS) continue;
    log.shelve(callSessionId);
    ledger.settled.add(callSessionId);
    for (const notes of [ledger.states, ledger.endedAtMs, ledger.acknowledged, ledger.rings])
      notes.delete(callSessionId);
  }
  for (const [leg, callSessionId] of ledger.legs) {
    if (!ledger.settled.has(callSessionId)) continue;
    ledger.legs.delete(leg);
    ledger.legsOver.delete(leg);
  }
  for (const notes of [ledger.sentBy, ledger.answered, ledger.asked]) {
    for (const commandId of notes.keys()) {
      if (ledger.settled.has(commandId.slice(0, commandId.lastIndexOf('/')))) notes.delete(commandId);
    }
  }
}

/** Most calls come in one busy hour, the others all day long. */
function scheduleCalls({ sim, world, fleet, checker }: Stage, calls: number): void {
  const inPeak = Math.floor(calls * PEAK_SHARE);
  for (let index = 0; index < calls; index += 1) {
    const peakMs = PEAK_HOUR * HOUR_MS + (index * 60_000) / PEAK_PER_MINUTE;
    const atMs = index < inPeak ? peakMs : sim.between('day', 0, (HOURS - 1) * HOUR_MS);
    sim.scheduler.after(atMs, async () => {
      const memberId = `M-${index + 1}`;
      world.members.set(numberOf(memberId), drawMember(sim));
      const result = await fleet.anyone('day-to')?.app.initiate({ memberId, actor: 'coordinator:ann' });
      if (result?.ok) checker.promised({ callSessionId: result.callSessionId, memberId, idempotencyKey: undefined });
      else sim.fail('who asks for a call gets one', `${memberId} was not`);
    });
  }
}

function drawMember(sim: Sim): Behaviour {
  const kind = sim.random('day-member')();
  if (kind < 0.7) return ANSWERS_ALL;
  return kind < 0.85 ? MAILBOX : BUSY;
}

/** What is really held: without a collection the heap shows how much garbage V8 has put up with. */
function heapUsedMb(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 1_048_576);
}
