import { type Random, randomFor } from '../../src/simulator/faults/prng.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';
import type { Scheduler } from './scheduler.ts';

/** A promise that did not hold. */
export type Failure = { readonly promise: string; readonly what: string; readonly atMs: number };

/** What everybody in one simulated world shares. */
export type Sim = {
  readonly seed: number;
  readonly scheduler: Scheduler;
  /** What goes wrong at the moment. */
  faults: FaultPlan;
  /** Numbers for one concern, so that another draw here shifts nothing there. */
  random(concern: string): Random;
  hit(concern: string, rate: number): boolean;
  between(concern: string, low: number, high: number): number;
  /** One of them; undefined when there is none. */
  pick<T>(concern: string, items: readonly T[]): T | undefined;
  /** Adds a line for people; ids become short names. */
  trace(who: string, what: string): void;
  fail(promise: string, what: string): void;
  failure(): Failure | null;
  readonly lines: readonly string[];
};

/**
 * @param keepLines how many lines of the trace to keep, the newest
 */
export function createSim(seed: number, scheduler: Scheduler, keepLines: number): Sim {
  const streams = new Map<string, Random>();
  const lines: string[] = [];
  const shorten = createShortener();
  let failure: Failure | null = null;

  const random = (concern: string): Random => {
    const known = streams.get(concern) ?? randomFor(seed, concern);
    streams.set(concern, known);
    return known;
  };
  const trace = (who: string, what: string): void => {
    lines.push(`${new Date(scheduler.now()).toISOString().slice(11, 23)} ${who.padEnd(8)} ${shorten(what)}`);
    if (lines.length > 2 * keepLines) lines.splice(0, lines.length - keepLines);
  };

  return {
    seed,
    scheduler,
    faults: NO_FAULTS,
    lines,
    random,
    trace,
    hit: (concern, rate) => random(concern)() < rate,
    between: (concern, low, high) => low + random(concern)() * (high - low),
    pick: (concern, items) => items[Math.floor(random(concern)() * items.length)],
    fail(promise, what) {
      trace('CHECKER', `${promise}: ${what}`);
      failure ??= { promise, what: shorten(what), atMs: scheduler.now() };
    },
    failure: () => failure,
  };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** Ids that a person can tell apart: `call-1`, `call-2` for UUIDs of version 7, `id-1` for the others. */
function createShortener(): (text: string) => string {
  const names = new Map<string, string>();
  let calls = 0;
  return (text) =>
    text.replace(UUID, (id) => {
      const known = names.get(id);
      if (known) return known;
      const isCall = id[14] === '7';
      if (isCall) calls += 1;
      const name = isCall ? `call-${calls}` : `id-${names.size - calls + 1}`;
      names.set(id, name);
      return name;
    });
}
