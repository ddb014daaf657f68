import { test } from 'uvu';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/clock/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { until } from '../support/until.ts';
import { type GridReceiver, startGridReceiver } from './grid-receiver.ts';

/** A simulator in time that stands still, and somebody who wants its events. */
export type GridRig = {
  readonly simulator: Simulator;
  readonly receiver: GridReceiver;
  readonly clock: VirtualClock;
  /** Moves time on once that many tries to deliver are over. */
  advanceAfter(attempts: number, ms: number): Promise<void>;
};

export const PUBLISHED = { type: 'Made.Up', subject: 'calls/1', data: { n: 1 } } as const;

/** A test with a grid rig of its own, closed whatever happens. */
export function gridTest(name: string, options: SimulatorOptions, run: (rig: GridRig) => Promise<void>): void {
  test(name, async () => {
    const clock = createVirtualClock(Date.parse('2026-03-02T15:00:00.000Z'));
    const simulator = await startSimulator({ seed: 11, clock, ...options });
    const receiver = await startGridReceiver();
    const attempts = () => simulator.subscriptions().reduce((sum, one) => sum + one.attempts, 0);
    const advanceAfter = async (count: number, ms: number): Promise<void> => {
      await until(`${count} tries`, () => attempts() >= count);
      clock.advance(ms);
    };
    try {
      await run({ simulator, receiver, clock, advanceAfter });
    } finally {
      await simulator.close();
      await receiver.close();
    }
  });
}
