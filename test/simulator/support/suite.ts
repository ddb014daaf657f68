import { test } from 'uvu';
import { createVirtualClock, type VirtualClock } from '../../../src/simulator/clock/clock.ts';
import type { SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { type Bench, connectedCall, startBench } from './bench.ts';

/** A test with a bench of its own, closed whatever happens. */
export function benchTest(name: string, options: SimulatorOptions, run: (bench: Bench) => Promise<void>): void {
  test(name, async () => {
    const bench = await startBench(options);
    try {
      await run(bench);
    } catch (error) {
      throw printable(error);
    } finally {
      await bench.close();
    }
  });
}

/** A test in which time passes only when it is told to. */
export function clockTest(
  name: string,
  options: SimulatorOptions,
  run: (bench: Bench, clock: VirtualClock) => Promise<void>,
): void {
  const clock = createVirtualClock(Date.now());
  benchTest(name, { clock, timeScale: 1, ...options }, (bench) => run(bench, clock));
}

/** A connected call in a clock test, where the phone is answered only when time is moved. */
export async function connectedAt(bench: Bench, clock: VirtualClock) {
  const pending = connectedCall(bench);
  await until(() => bench.simulator.calls().some(({ state }) => state === 'connecting'), 'a call');
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

/** Waits until something holds; fails after five seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Lets this much wall time pass, for things that must not happen. */
export function wallPause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
