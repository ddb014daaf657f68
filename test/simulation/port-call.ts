import { type Machine, whenAwake } from './machine.ts';
import type { Sim } from './sim.ts';

/** One life of an instance: from its start to its crash. */
export type Life = {
  readonly name: string;
  readonly machine: Machine;
  alive: boolean;
  /** When it was told to stop, by its own clock. */
  stoppedAtMs: number | null;
  crash(): void;
};

const QUICK_MS = 4;
/** In some places what was under way when a process died still arrives, in others it does not. */
const ARRIVES_AFTER_DEATH = 0.5;

/**
 * A call of a port. Request and answer each take their time, so that other things happen in between; an instance may die
 * at either end, and a dead one hears nothing any more.
 * @param slowMs how long the answer takes beyond the usual
 */
export function callPort<T>(
  sim: Sim,
  life: Life,
  port: string,
  effect: () => Promise<T>,
  slowMs: () => number = () => 0,
): Promise<T> {
  const { scheduler } = sim;
  const travel = () => sim.between(`travel|${port}`, 0, QUICK_MS);
  return new Promise((resolve, reject) => {
    if (!life.alive) return;
    const answer = (settle: () => void) => {
      scheduler.after(travel() + slowMs(), () =>
        whenAwake(sim, life.machine, () => {
          if (mayDie(sim, life, port)) settle();
        }),
      );
    };
    scheduler.after(travel(), () => {
      if (!mayDie(sim, life, port) && !sim.hit('arrives-after-death', ARRIVES_AFTER_DEATH)) return;
      effect().then(
        (value) => answer(() => resolve(value)),
        (error: unknown) => answer(() => reject(error)),
      );
    });
  });
}

/** Whether it is still alive after this moment. */
function mayDie(sim: Sim, life: Life, port: string): boolean {
  if (life.alive && sim.hit('crash', sim.faults.crash)) {
    sim.trace(life.name, `dies at ${port}`);
    life.crash();
  }
  return life.alive;
}
