import { EMPTY_ROW, type PlacesRow } from '../../../src/domain/places/row.ts';
import type { Standing } from '../../../src/domain/places/standing.ts';
import type { step } from '../../../src/domain/places/step.ts';
import { type Random, wholeBelow } from '../../../src/simulator/faults/prng.ts';

/**
 * Instances, a row, a log and a provider, with everything between them that can be late, be lost or come in another order, and
 * nothing of how the application is built. Who does what next is drawn. What must hold is looked at after every step.
 */
export type ModelOptions = {
  readonly seed: number;
  readonly steps: number;
  readonly instances?: number;
  readonly calls?: number;
  /** N. */
  readonly most?: number;
  /** A smaller N, which every other life has, as while it is lowered. */
  readonly lowered?: number;
  /** Calls that somebody may dial who knows of no places, as an older release does. */
  readonly outside?: number;
  /** Chance of a crash, and of a lost answer, at each point where there can be one. */
  readonly crash?: number;
  readonly loss?: number;
  /** Mistakes, to see that they are found. */
  readonly step?: typeof step;
  readonly ignoresTags?: boolean;
  readonly dialsUnconfirmed?: boolean;
  readonly forgetsUnanswered?: boolean;
  readonly freesClosed?: boolean;
  readonly forgetsDoubt?: boolean;
};

type Mistakes = 'ignoresTags' | 'dialsUnconfirmed' | 'forgetsUnanswered' | 'freesClosed' | 'forgetsDoubt';

/** What was broken, in words; null: nothing. */
export type Verdict = string | null;

type Log = {
  version: number;
  dials: number;
  at: 'waiting' | 'placing' | 'refused' | 'up' | 'ended';
  /** A request under this id has no answer. */
  uncertain: boolean;
  /** Closed by us, and a leg may yet come of it. */
  untold: boolean;
};
export type Call = { readonly id: string; log: Log; leg: 'none' | 'up' | 'over'; deadline: number };
/** `most`: the N of whoever wrote. */
type Write = { readonly row: PlacesRow; readonly etag: number; readonly most?: number };
export type Append = { readonly call: Call; readonly version: number; readonly attempt: number };
export type Instance = {
  me: string;
  readonly most: number;
  stored: Write | null;
  /** The moment in which it read that. */
  storedAt: number;
  known: Map<string, Standing & { version: number; isPlacing: boolean; readAt: number }>;
  /** Sent, and not answered yet; many may be on their way of earlier lives. */
  write: Write | null;
  turns: Map<string, { attempt: number; turnMs: number }>;
  had: Set<string>;
  appends: Append[];
  /** Calls whose append may be carried out yet. */
  doubtful: Set<string>;
};

export type World = {
  readonly random: Random;
  readonly options: Required<Omit<ModelOptions, 'step' | Mistakes>> & ModelOptions;
  row: PlacesRow;
  etag: number;
  readonly calls: Call[];
  readonly instances: Instance[];
  /** Requests to the provider on their way. */
  requests: { readonly call: Call; readonly attempt: number; readonly from: Instance; readonly me: string }[];
  /** Writes that nobody waits for any more. */
  late: Write[];
  lateAppends: Append[];
  lives: number;
  /** Counts what is read. */
  reads: number;
  /** Calls that were dialled by whoever knows of no places. */
  readonly outsiders: Set<Call>;
  readonly rounds: number;
  broken: Verdict;
};

export const ATTEMPTS_MAX = 2;
/** Of all steps, so many are a whole round of one instance, in every other world: what lies deep is reached sooner. */
const ROUNDS = 0.3;

export function createWorld(random: Random, options: World['options']): World {
  const calls = Array.from(
    { length: options.calls },
    (_, index): Call => ({
      id: `call-${index}`,
      log: { version: 1, dials: 0, at: 'waiting', uncertain: false, untold: false },
      leg: 'none',
      deadline: -1,
    }),
  );
  const world: World = {
    random,
    options,
    row: EMPTY_ROW,
    etag: 1,
    calls,
    instances: [],
    requests: [],
    late: [],
    lateAppends: [],
    lives: 0,
    reads: 0,
    outsiders: new Set(),
    rounds: random() < 0.5 ? 0 : ROUNDS,
    broken: null,
  };
  for (let index = 0; index < options.instances; index += 1) world.instances.push(newLife(world));
  return world;
}

export function newLife(world: World): Instance {
  world.lives += 1;
  return {
    me: `life-${world.lives}`,
    most: world.lives % 2 === 0 ? (world.options.lowered ?? world.options.most) : world.options.most,
    stored: null,
    storedAt: 0,
    known: new Map(),
    write: null,
    turns: new Map(),
    had: new Set(),
    appends: [],
    doubtful: new Set(),
  };
}

export function hit({ random }: World, rate: number): boolean {
  return random() < rate;
}

export function pick<T>({ random }: World, items: readonly T[]): T | undefined {
  return items[wholeBelow(random, Math.max(1, items.length))];
}

export type Taken = { readonly callSessionId: string; readonly attempt: number; readonly turnMs: number };

export function keyOf({ callSessionId, attempt, turnMs }: Taken): string {
  return `${callSessionId} ${attempt} ${turnMs}`;
}

export function readCall(world: World, instance: Instance, call: Call): void {
  const { log } = call;
  world.reads += 1;
  const read = { version: log.version, isPlacing: log.at === 'placing', readAt: world.reads };
  instance.known.set(call.id, { ...standingOf(log, world.options), ...read });
  const turn = instance.turns.get(call.id);
  if (turn && log.dials >= turn.attempt) instance.turns.delete(call.id);
}

function standingOf({ at, dials, ...log }: Log, { forgetsUnanswered, freesClosed }: ModelOptions): Standing {
  const [uncertain, untold] = [log.uncertain && !forgetsUnanswered, log.untold && !freesClosed];
  const waits = at === 'waiting' || at === 'placing' || at === 'refused';
  const overTo = at === 'ended' ? (untold ? 0 : Number.POSITIVE_INFINITY) : at === 'refused' && !uncertain ? dials : 0;
  return {
    waitsFor: waits && dials < ATTEMPTS_MAX ? dials + 1 : null,
    dials,
    overTo,
    isUntold: untold && at === 'ended',
  };
}

export function applyWrite(world: World, { row, etag, most = 0 }: Write): boolean {
  if (etag !== world.etag && !world.options.ignoresTags) return false;
  const grows = row.held.length > world.row.held.length && row.held.length > most;
  if (grows && world.outsiders.size === 0)
    world.broken ??= `${row.held.length} are held where somebody moves to ${most}`;
  world.row = row;
  world.etag += 1;
  return true;
}

export function applyAppend(world: World, { call, version, attempt }: Append): boolean {
  if (call.log.version !== version) return false;
  const isHeld = world.row.held.some((place) => place.callSessionId === call.id && place.attempt === attempt);
  if (!isHeld) world.broken = `attempt ${attempt} of ${call.id} is recorded and holds no place`;
  const uncertain = call.log.uncertain || call.log.at === 'placing';
  call.log = { ...call.log, version: version + 1, dials: attempt, at: 'placing', uncertain };
  return true;
}

export function write(call: Call, change: Partial<Log>): void {
  call.log = { ...call.log, version: call.log.version + 1, ...change };
}
