import type { Priority } from '../call/bodies.ts';

/** A place among the calls that may be up at once for one line (a caller number): it belongs to an attempt of a call. */
export type Place = {
  readonly callSessionId: string;
  /** Which PlaceCall of the call it is for, 1 for the first. */
  readonly attempt: number;
  /** Not before that it is dialled; milliseconds of the store's time. */
  readonly turnMs: number;
  /** Which life of an instance took the turn. */
  readonly by: string;
  /**
   * Another one had a turn for the same attempt before. It may be frozen just before its append, so that nobody may ever say
   * that nothing comes of this attempt.
   */
  readonly isShared: boolean;
};

/** Calls that were begun come before all others: their phone may be ringing. */
export const PARTS = ['redial', 'normal', 'low'] as const satisfies readonly ('redial' | Priority)[];

export type Part = (typeof PARTS)[number];

/** Who waits for a place, and with which attempt. */
export type Waiting = { readonly callSessionId: string; readonly attempt: number; readonly part: Part };

/** What all instances share of one line. */
export type PlacesRow = {
  /** At most one of each call. */
  readonly held: readonly Place[];
  /** The next, part by part, the oldest call first. */
  readonly waiting: readonly Waiting[];
  /** How many normal calls in a row were moved before a low one. */
  readonly normals: number;
  /** Not before that the next turn is, by the pace. */
  readonly nextMs: number;
  /** Not before that anybody is dialled: the provider has asked for it. */
  readonly pausedUntilMs: number;
};

export const EMPTY_ROW: PlacesRow = { held: [], waiting: [], normals: 0, nextMs: 0, pausedUntilMs: 0 };

/**
 * So many of each part stand in the row; the others wait with who knows them, and the sweep of others reads two a round, lest that one be dead.
 * Five kilobytes of a part, as often as the row is written; those that were begun are seldom many.
 */
export const PART_MAX: Readonly<Record<Part, number>> = { redial: 20, normal: 100, low: 100 };
/** Of so many turns one goes to a campaign's call, if one waits: a call that somebody waits for is never far behind. */
const LOW_EVERY = 4;

/**
 * Who waits, with these too: a higher attempt of a call replaces a lower one. Ids of calls tell when they were made, so the
 * order is the same whoever brings them, and an older one displaces the youngest where a part is full.
 */
export function joined(waiting: readonly Waiting[], others: readonly Waiting[]): readonly Waiting[] {
  if (others.length === 0) return waiting;
  const calls = new Map(waiting.map((one) => [one.callSessionId, one]));
  let isSame = true;
  for (const other of others) {
    const known = calls.get(other.callSessionId);
    if (known && known.attempt >= other.attempt) continue;
    calls.set(other.callSessionId, other);
    isSame = false;
  }
  if (isSame) return waiting;
  const all = [...calls.values()].sort((a, b) => (a.callSessionId < b.callSessionId ? -1 : 1));
  return PARTS.flatMap((part) => all.filter((one) => one.part === part).slice(0, PART_MAX[part]));
}

/** Who is next: the calls that were begun, then the normal ones, but for every fourth turn, which is a low one's. */
export function firstOf({ waiting, normals }: Pick<PlacesRow, 'waiting' | 'normals'>): Waiting | undefined {
  const of = (part: Part): Waiting | undefined => waiting.find((one) => one.part === part);
  const isLowsTurn = normals >= LOW_EVERY - 1;
  return of('redial') ?? (isLowsTurn ? (of('low') ?? of('normal')) : (of('normal') ?? of('low')));
}

/** How many normal calls in a row there were when this one has moved. */
export function normalsAfter(normals: number, { part }: Waiting): number {
  if (part === 'redial') return normals;
  return part === 'low' ? 0 : Math.min(normals + 1, LOW_EVERY);
}
