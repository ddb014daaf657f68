import type { Sim } from './sim.ts';

/** What an instance runs on, in all its lives. */
export type Machine = {
  readonly name: string;
  /** By how much somebody has set its clock forward. */
  aheadMs: number;
  /** Somebody has: by its clock nobody can tell any more what came first. */
  wasSet: boolean;
  /** It is suspended until then: nothing on it goes on, and its clocks do. */
  awakeAtMs: number;
};

const MINUTE_MS = 60_000;
const AHEAD_MS = { least: MINUTE_MS, most: 3 * 60 * MINUTE_MS } as const;
const ASLEEP_MS = { least: 10_000, most: 20 * MINUTE_MS } as const;
/** An alarm that was due while the machine was suspended is looked at within so much of its end. */
const LATE_MS = 10_000;

export function createMachine(name: string): Machine {
  return { name, aheadMs: 0, wasSet: false, awakeAtMs: 0 };
}

/** Whether it is suspended. */
export function isAsleep(sim: Sim, { awakeAtMs }: Machine): boolean {
  return sim.scheduler.now() < awakeAtMs;
}

/** Runs `run` at once, or when the machine is awake again. */
export function whenAwake(sim: Sim, machine: Machine, run: () => void): void {
  if (!isAsleep(sim, machine)) run();
  else sim.scheduler.after(machine.awakeAtMs - sim.scheduler.now(), () => whenAwake(sim, machine, run));
}

/** Runs an alarm, a little later if the machine has just been suspended. */
export function ringAwake(sim: Sim, machine: Machine, ring: () => void): void {
  if (!isAsleep(sim, machine)) {
    ring();
    return;
  }
  const lateMs = sim.between(`wakes|${machine.name}`, 0, LATE_MS);
  sim.scheduler.after(machine.awakeAtMs - sim.scheduler.now() + lateMs, () => ringAwake(sim, machine, ring));
}

/** Sets the clocks of machines back and forward, and suspends them, at times of their own. */
export function scheduleClocks(sim: Sim, machines: readonly Machine[], workMs: number): void {
  for (const machine of machines) {
    const concern = (what: string): string => `${what}|${machine.name}`;
    for (let left = Math.ceil(sim.between(concern('clock-sets'), 0, 3)); left > 0; left -= 1) {
      const aheadMs = sim.between(concern('clock-ahead'), AHEAD_MS.least, AHEAD_MS.most);
      const sign = sim.hit(concern('clock-back'), 0.5) ? -1 : 1;
      sim.scheduler.after(sim.between(concern('clock-set-at'), 0, workMs), () => {
        machine.wasSet = true;
        machine.aheadMs = sim.hit(concern('clock-right'), 0.2) ? 0 : sign * aheadMs;
        sim.trace(machine.name, `has its clock set: ${Math.round(machine.aheadMs / 1_000)} s ahead`);
      });
    }
    for (let left = Math.floor(sim.between(concern('suspends'), 0, 3)); left > 0; left -= 1) {
      const asleepMs = sim.between(concern('asleep-ms'), ASLEEP_MS.least, ASLEEP_MS.most);
      sim.scheduler.after(sim.between(concern('suspend-at'), 0, workMs), () => {
        machine.awakeAtMs = Math.max(machine.awakeAtMs, sim.scheduler.now() + asleepMs);
        sim.trace(machine.name, `is suspended for ${Math.round(asleepMs / 1_000)} s`);
      });
    }
  }
}
