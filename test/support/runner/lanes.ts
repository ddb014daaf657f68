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
const LONG =
  /^simulation\/(planted-bugs|sim|tables|troubles)|^console\/day|^e2e\/(instances|shared-places|shutdown|store-time|versions)/;

/** Runs suites one after the other, and shows what they print as it comes. */
export function runInOrder(folder: string, suites: readonly string[]): Promise<Result[]> {
  return runLane({ folder, next: queue(suites), isLive: true });
}

/** Runs suites in as many lanes as there are processors, and beside these the patient ones. Whoever is done helps the others. */
export async function runAll(folder: string, suites: readonly string[]): Promise<Result[]> {
  const kindOf = (name: string): number => PATIENT.findIndex((kind) => kind.test(name));
  const longFirst = [...suites.filter((name) => LONG.test(name)), ...suites.filter((name) => !LONG.test(name))];
  const ofKind = (kind: number) => queue(longFirst.filter((name) => kindOf(name) === kind));
  const [busy, patient] = [ofKind(-1), PATIENT.map((_, kind) => ofKind(kind))];
  const queues = [busy, ...patient];
  const lane = (own: Queue): Lane => ({ folder, isLive: false, next: () => firstOf([own, ...queues]) });
  const lanes = [...Array.from({ length: availableParallelism() }, () => lane(busy)), ...patient.map(lane)];
  return (await Promise.all(lanes.map(runLane))).flat();
}

type Queue = Lane['next'];

function firstOf(queues: readonly Queue[]): string | undefined {
  for (const next of queues) {
    const name = next();
    if (name !== undefined) return name;
  }
  return undefined;
}

function queue(names: readonly string[]): Queue {
  const waiting = [...names];
  return () => waiting.shift();
}
