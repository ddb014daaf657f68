import { test } from 'uvu';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/clock/clock.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { until } from '../support/until.ts';
import { connectedCall, type Rig, startRig } from './rig.ts';

/** A test with a rig of its own, closed whatever happens. */
export function rigTest(name: string, options: SimulatorOptions, run: (rig: Rig) => Promise<void>): void {
  test(name, async () => {
    const rig = await startRig(options);
    try {
      await run(rig);
    } catch (error) {
      throw printable(error);
    } finally {
      await rig.close();
    }
  });
}

/** A test in which time passes only when it is told to. */
export function clockTest(
  name: string,
  options: SimulatorOptions,
  run: (rig: Rig, clock: VirtualClock) => Promise<void>,
): void {
  const clock = createVirtualClock(Date.now());
  rigTest(name, { clock, timeScale: 1, ...options }, (rig) => run(rig, clock));
}

/** A connected call in a clock test, where the phone is answered only when time is moved. */
export async function connectedAt(rig: Rig, clock: VirtualClock) {
  const pending = connectedCall(rig);
  await until('a call', () => rig.simulator.calls().some(({ state }) => state === 'connecting'));
  clock.advance(2_000);
  return pending;
}

/** Somebody who answers at once, in wall time, and says nothing: what is begun stays open for as long as a test takes. */
export const LASTING = { timeScale: 1, defaultMember: { ringMs: 0 } } as const;

/** uvu takes `details` for a diff and gives up on the suite, silently, when it is the object that the SDK's errors carry. */
function printable(error: unknown): unknown {
  if (!(error instanceof Error) || !('details' in error) || typeof error.details === 'string') return error;
  return new Error(`${error.name}: ${error.message}`, { cause: error.stack });
}
