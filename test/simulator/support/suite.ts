import { test } from 'uvu';
import type { SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { type Bench, startBench } from './bench.ts';

/** A test with a bench of its own, closed whatever happens. */
export function benchTest(name: string, options: SimulatorOptions, run: (bench: Bench) => Promise<void>): void {
  test(name, async () => {
    const bench = await startBench(options);
    try {
      await run(bench);
    } finally {
      await bench.close();
    }
  });
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
