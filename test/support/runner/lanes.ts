import { availableParallelism } from 'node:os';
import { type Lane, runLane } from './lane.ts';
import type { Result } from './suites.ts';

/** Suites that mostly wait, for whole seconds of a queue, for processes, or for each other: they run beside the others. */
const PATIENT: readonly RegExp[] = [
  /^(adapters\/queues|log\/tables|simulator|support\/runner)\/|^e2e\/(identity|instances|kill)/,
  // Not those whose limits of time are short.
  /^e2e\/(?!counts|callback-faults|request-faults|log-trouble)|^http\/freeze|^cli\/until-stopped|^projections\/sqlite\/flips/,
];

/** Suites that take longest: begun last, they would be waited for alone. */
const LONG = /^simulation\/(planted-bugs|sim|tables|troubles)/;

/** Runs suites one after the other, and shows what they print as it comes. */
export function runInOrder(folder: string, suites: readonly string[]): Promise<Result[]> {
  return runLane({ folder, next: queue(suites), isLive: true });
}

/** Runs suites in as many lanes as there are processors, and beside these the patient ones. */
export async function runAll(folder: string, suites: readonly string[]): Promise<Result[]> {
  const kindOf = (name: string): number => PATIENT.findIndex((kind) => kind.test(name));
  const others = suites.filter((name) => kindOf(name) === -1);
  const busy = queue([...others.filter((name) => LONG.test(name)), ...others.filter((name) => !LONG.test(name))]);
  const lanes: Lane[] = [
    ...Array.from({ length: availableParallelism() }, () => ({ folder, next: busy, isLive: false })),
    ...PATIENT.map((_, kind) => {
      const next = queue(suites.filter((name) => kindOf(name) === kind));
      return { folder, next, isLive: false };
    }),
  ];
  return (await Promise.all(lanes.map(runLane))).flat();
}

function queue(names: readonly string[]): () => string | undefined {
  const waiting = [...names];
  return () => waiting.shift();
}
