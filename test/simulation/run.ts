import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { teamsLine } from '../../src/domain/call/line.ts';
import { CALLER_ID } from '../support/application.ts';
import { audit, scheduleAuditor } from './auditor.ts';
import { drawBehaviour } from './behaviours.ts';
import { checkEnd, rowsBehind, unrest } from './check-end.ts';
import { damagedRows, scheduleDamage } from './damage.ts';
import { drawFaults, NO_FAULTS } from './fault-plan.ts';
import { createTablesStore } from './log-tables.ts';
import { isAsleep, scheduleClocks } from './machine.ts';
import type { OlderBuild } from './older-life.ts';
import type { LogKind } from './options.ts';
import { lookAround, wantCall } from './people.ts';
import type { Planted } from './planted.ts';
import { scheduleForgery } from './planted-trail.ts';
import { probe } from './probe.ts';
import { simulatorFaults } from './provider.ts';
import { createScheduler } from './scheduler.ts';
import { createSim, type Failure, type Sim } from './sim.ts';
import { createStage, numberOf, type Stage } from './stage.ts';
import { drawTroubles, type Trouble } from './troubles.ts';

/** How one seed went. */
export type Outcome = {
  readonly seed: number;
  readonly failure: Failure | null;
  /** The newest lines of the trace. */
  readonly lines: readonly string[];
  readonly steps: number;
  readonly calls: number;
  readonly virtualMs: number;
};

export type RunOptions = {
  readonly planted?: Planted;
  /** Where the log is kept. Default: in memory. */
  readonly log?: LogKind;
  /** Whether instances share places and queues. Default: as the seed has it; never with a planted bug, which has its seeds from before. */
  readonly isShared?: boolean;
  /** Whether somebody deletes the row of places under the calls. Default: nobody does. */
  readonly losesRow?: boolean;
  /** Whether clocks are set and machines suspended. Default: as the seed has it; never with a planted bug. */
  readonly clocks?: boolean;
  /** Runs in half of all lives until the world heals; then the rows are built again, as after a release. */
  readonly older?: OlderBuild;
  /** What the world knows of besides. Default: as the seed has it; nothing with a planted bug. */
  readonly troubles?: readonly Trouble[];
};

/** The time at which every simulated world begins. */
export const START_MS = Date.parse('2026-03-02T09:00:00.000Z');
const LINES_KEPT = 4_000;
/** How long after the last fault the world may take to become quiet; late events come for two hours, rows of late events are caught up with once an hour. */
const QUIET_WITHIN_MS = 5 * 3_600_000;
/** Several times what a message is put off for at the most. */
const MESSAGES_GONE_WITHIN_MS = 3_600_000;
const LOOK_EVERY_MS = 5_000;
/** Many times what a world of this size needs: one that turns on the spot would never come to its end. */
const STEPS_MAX = 1_000_000;
const MINUTE_MS = 60_000;
/** Of all seeds. */
const QUEUES_RATE = 0.4;
const CLOCKS_RATE = 0.3;

/** The line of a world in which calls go over Teams: Azure says other words of them, and Event Grid none. */
const TEAMS = teamsLine('cc123456-5678-4678-9234-ccc123456789');

/** Over one of which each life of an instance places its new calls, where they do so over several. */
const LINES = [CALLER_ID, '+15550100001'];

/** Plays one seed from beginning to end. The same seed gives the same trace. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<Outcome> {
  const sim = createSim(seed, createScheduler(START_MS), LINES_KEPT);
  const { planted, log = 'memory', older } = options;
  const drawn = sim.hit('has-queues', QUEUES_RATE) && !planted;
  const isShared = options.isShared ?? drawn;
  const clocks = options.clocks ?? (sim.hit('has-clocks', CLOCKS_RATE) && !planted);
  const troubles = options.troubles ?? (planted ? [] : drawTroubles(sim));
  // The build before this one counts every call over the line of its new ones.
  const hasLines = troubles.includes('lines') && !older;
  sim.faults = drawFaults(seed, troubles);
  const readStore = openSqliteReadStore(':memory:');
  const logStore = log === 'tables' ? await createTablesStore() : null;
  try {
    const stage = createStage(sim, readStore, {
      instances: Math.ceil(sim.between('instances', 0, 3)),
      dialPolicy: {
        concurrentCalls: isShared ? (sim.pick('shared-calls', [1, 1, 2]) ?? 1) : 2,
        // Turns are no whole milliseconds then.
        callsPerSecond: troubles.includes('pace') ? (sim.pick('calls-per-second', [0.3, 3, 7, 30]) ?? 3) : 10,
      },
      callsPerCallerId: sim.pick('calls-per-caller', [0, 2, 4]) ?? 0,
      isShared,
      lines: [...(troubles.includes('teams') ? [TEAMS] : LINES.slice(0, 1)), ...(hasLines ? LINES.slice(1) : [])],
      checkpointsMs: troubles.includes('checkpoints')
        ? (sim.pick('checkpoint-minutes', [2, 5]) ?? 2) * MINUTE_MS
        : null,
      ...(planted && { planted }),
      ...(logStore && { logStore }),
      ...(older && { older }),
    });
    const workMs = (sim.pick('work-minutes', [5, 10, 20, 40]) ?? 5) * MINUTE_MS;
    schedulePeople(stage, workMs);
    if (clocks) scheduleClocks(sim, stage.fleet.machines, workMs);
    if (troubles.length > 0) sim.trace('world', `knows of ${troubles.join(', ')}`);
    if (options.losesRow) scheduleLoss(stage, workMs);
    if (troubles.includes('damage')) scheduleDamage(stage, workMs);
    if (troubles.includes('shutdowns')) scheduleShutdowns(stage, workMs);
    if (stage.trail) scheduleAuditor(stage, stage.trail, workMs);
    if (planted?.forges) scheduleForgery(stage, workMs);
    await playOut(stage, workMs, older !== undefined);
    return outcomeOf(stage);
  } finally {
    await readStore.close();
    await logStore?.close();
  }
}

/** How a world has gone so far. */
export function outcomeOf({ sim, checker }: Stage): Outcome {
  const { seed, lines, scheduler } = sim;
  const calls = checker.check.ledger.states.size;
  const virtualMs = scheduler.now() - START_MS;
  return { seed, failure: sim.failure(), lines, steps: scheduler.steps(), calls, virtualMs };
}

function schedulePeople(stage: Stage, workMs: number): void {
  const { sim, world } = stage;
  const memberIds = Array.from({ length: Math.ceil(sim.between('members', 0, 5)) }, (_, index) => `M-${index + 1}`);
  const wishes = Math.ceil(sim.between('wishes', 0, 14));
  const wishMs = sim.hit('all-at-once', 0.3) ? Math.min(workMs, MINUTE_MS) : workMs;
  for (let wish = 0; wish < wishes; wish += 1) {
    sim.scheduler.after(sim.between('wish-at', 0, wishMs), () => {
      const memberId = sim.pick('wish-for', memberIds)!;
      world.members.set(numberOf(memberId), drawBehaviour(sim));
      void wantCall(stage, memberId);
    });
  }
  const releases = sim.hit('has-releases', 0.3) ? Math.ceil(sim.between('releases', 0, 3)) : 0;
  for (let count = 0; count < releases; count += 1) {
    sim.scheduler.after(sim.between('release-at', 0, workMs), () => void stage.fleet.release());
  }
  for (let look = 0; look < wishes; look += 1) {
    sim.scheduler.after(sim.between('look-at', 0, workMs), () => void lookAround(stage));
  }
}

function scheduleLoss({ sim, checker }: Stage, workMs: number): void {
  for (let left = 1 + Math.floor(sim.between('losses', 0, 3)); left > 0; left -= 1) {
    sim.scheduler.after(sim.between('row-lost-at', 0, workMs), () => {
      sim.trace('somebody', 'deletes the row of places');
      checker.check.places?.lose();
    });
  }
}

function scheduleShutdowns({ sim, fleet }: Stage, workMs: number): void {
  for (let left = Math.ceil(sim.between('shutdowns', 0, 4)); left > 0; left -= 1) {
    sim.scheduler.after(sim.between('shutdown-at', 0, workMs), () => void fleet.shutDown());
  }
}

/** Faults until the work is done, then none, and every promise at the end. */
async function playOut(stage: Stage, workMs: number, rebuilds: boolean): Promise<void> {
  const { sim, world, fleet } = stage;
  await sim.scheduler.runUntil(START_MS + workMs, () => isOver(sim));
  sim.trace('world', 'heals');
  sim.faults = NO_FAULTS;
  world.setFaults(simulatorFaults(sim));
  // Whoever is suspended wakes when it does: what was under way there waits for that.
  for (const machine of fleet.machines) machine.aheadMs = 0;
  stage.retireOlder();
  fleet.revive();
  if (stage.damage.rows.size > 0) await mendRows(stage);
  await untilQuiet(stage, QUIET_WITHIN_MS);
  if (rebuilds && !sim.failure()) await rebuildReadModels(stage.kept, stage.readStore, PROVIDERS);
  if (!sim.failure()) await checkEnd(stage.checker.check, stage.readStore, stage.kept);
  if (!sim.failure() && stage.damage.entries.size > 0) await checkNamed(stage);
  if (!sim.failure()) await probe(stage);
  if (!sim.failure()) await untilNoWord(stage);
  if (!sim.failure() && stage.trail) await audit(stage, stage.trail);
}

/** Rows are made from the log again by those whom a damaged one is reported to. */
async function mendRows({ sim, kept, readStore, damage }: Stage): Promise<void> {
  sim.trace('staff', 'rebuilds the read models for a damaged row');
  await rebuildReadModels(kept, damagedRows(damage, readStore), PROVIDERS);
}

/** Whoever starts beside a damaged call sets it aside, names it, and serves all others. */
async function checkNamed(stage: Stage): Promise<void> {
  const { sim, fleet, damage } = stage;
  void fleet.releaseAll();
  await sim.scheduler.runUntil(sim.scheduler.now() + LOOK_EVERY_MS, () => isOver(sim));
  await untilQuiet(stage, MESSAGES_GONE_WITHIN_MS);
  for (const { name, app } of fleet.up()) {
    const { parked, problems } = app.health();
    for (const stream of damage.entries.keys()) {
      const isNamed = parked.includes(stream) && problems.some((words) => words.includes(stream));
      if (!isNamed) sim.fail('a damaged call is set aside and named', `${name} does not name ${stream}`);
    }
  }
}

/** A message that nobody takes back would wake an application that was scaled to zero for nothing. */
async function untilNoWord({ sim, checker }: Stage): Promise<void> {
  const left = (): string | undefined => checker.check.queues?.calls.texts()[0];
  const untilMs = sim.scheduler.now() + MESSAGES_GONE_WITHIN_MS;
  while (left() && sim.scheduler.now() < untilMs && !isOver(sim)) {
    await sim.scheduler.runUntil(sim.scheduler.now() + LOOK_EVERY_MS, () => isOver(sim));
  }
  if (left()) sim.fail('no message outlives its call', `there still is ${left()}`);
}

/** Lets time pass until nothing is left to happen, which must not take too long. */
export async function untilQuiet(stage: Stage, withinMs: number): Promise<void> {
  const { sim } = stage;
  const untilMs = sim.scheduler.now() + withinMs;
  for (let reason = await unquiet(stage); reason !== null; reason = await unquiet(stage)) {
    if (sim.failure()) return;
    const turns = sim.scheduler.steps() >= STEPS_MAX;
    if (turns || sim.scheduler.now() >= untilMs) return sim.fail('every call ends and the world becomes quiet', reason);
    await sim.scheduler.runUntil(sim.scheduler.now() + LOOK_EVERY_MS, () => isOver(sim));
  }
}

function isOver(sim: Sim): boolean {
  return sim.failure() !== null || sim.scheduler.steps() >= STEPS_MAX;
}

async function unquiet({ sim, checker, fleet, readStore, underWay }: Stage): Promise<string | null> {
  const asleep = fleet.machines.find((machine) => isAsleep(sim, machine));
  if (asleep) return `${asleep.name} is suspended`;
  if (underWay() > 0) return `${underWay()} events or legs are under way at the provider`;
  if (fleet.missing()) return `${fleet.missing()} is not up`;
  return unrest(checker.check, fleet) ?? rowsBehind(checker.check, readStore);
}
