import type { Sim } from './sim.ts';

type Minute = { readonly minute: number; readonly down: boolean };

const MINUTE_MS = 60_000;
const minutes = new WeakMap<Sim, Map<string, Minute>>();

/**
 * Down or not is a matter of the minute, so that the same minute gives the same answer.
 * @param rate in how many of all minutes
 */
export function isDown(sim: Sim, what: string, rate: number): boolean {
  const minute = Math.floor(sim.scheduler.now() / MINUTE_MS);
  const known = minutes.get(sim) ?? new Map<string, Minute>();
  minutes.set(sim, known);
  const last = known.get(what);
  if (last?.minute === minute) return last.down && rate > 0;
  const down = sim.hit(what, rate);
  known.set(what, { minute, down });
  return down;
}
