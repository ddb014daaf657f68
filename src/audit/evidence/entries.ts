import type { Entry, NewEntry } from '../../domain/entries.ts';

/** What a report of a month counted. */
export type ReviewCounts = {
  readonly looks: number;
  /** Requests of staff that were turned away. */
  readonly refusals: number;
  /** Looks with the purpose BTG. */
  readonly glassBroken: number;
  readonly actors: number;
};

/**
 * `SignOffAccess`, in `operation:{day}`: somebody has reviewed who looked in a month (45 CFR 164.308(a)(1)(ii)(D)). Written to disk
 * and read back years later: add fields, never rename one.
 */
export type SignOffAccessBody = {
  /** Such as `2026-10`, UTC. */
  readonly month: string;
  /** What the reviewer says of it. */
  readonly statement: string;
  readonly counts: ReviewCounts;
  /** Of the report's text, in UTF-8; hex. */
  readonly sha256: string;
};

const SIGN_OFF = 'SignOffAccess';

export type SignOff = SignOffAccessBody & Pick<Entry, 'id' | 'at' | 'actor'>;

export function signOffEntry(body: SignOffAccessBody, named: Pick<NewEntry, 'id' | 'at' | 'actor'>): NewEntry {
  return { ...named, kind: 'command', type: SIGN_OFF, cause: null, data: JSON.stringify(body) };
}

/** The sign-offs among these entries. */
export function signOffsIn(entries: readonly Entry[]): readonly SignOff[] {
  return entries
    .filter(({ type }) => type === SIGN_OFF)
    .map(({ id, at, actor, data }) => ({ ...(JSON.parse(data) as SignOffAccessBody), id, at, actor }));
}
