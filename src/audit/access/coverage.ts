import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Action, Look } from './look.ts';

/** For how long an entry speaks for the looks that follow it. */
export const COVERS_MS = 5 * 60_000;

/** Some 5 MB. Whoever is forgotten early is recorded once more. */
const COVERED_MAX = 20_000;

/** Each of these stands in the log: what is taken away as a whole, or was hidden before, is no page that reloads itself. */
const NEVER_COVERED: ReadonlySet<Action> = new Set([
  'raw',
  'export',
  'backup',
  'verify',
  'number-revealed',
  'disclosures',
  'evidence',
  'members-export',
  'members-import',
  'member-removed',
  'calls-export',
]);

/** What was looked at, by whom, what for and from where, and until when an entry covers that. */
export type Coverage = {
  /** Whether all of the look is covered. */
  covers(look: Look, nowMs: number): boolean;
  /** As much of it as is not; null when all of it is. @param also is covered by entries that are about to be written */
  fresh(look: Look, nowMs: number, also: ReadonlySet<string>): Look | null;
  /** The names of all that an entry of this look covers; none for what is recorded each time. */
  keys(look: Look): readonly string[];
  /** An entry that covers these is in the log. */
  cover(keys: Iterable<string>, untilMs: number): void;
};

export function isCoverable({ action }: Look): boolean {
  return !NEVER_COVERED.has(action);
}

export function createCoverage(): Coverage {
  const until = createBoundedMap<number>(COVERED_MAX);
  const isKnown = (key: string, nowMs: number): boolean => (until.get(key) ?? Number.NEGATIVE_INFINITY) > nowMs;
  return {
    covers: (look, nowMs) => isCoverable(look) && keysOf(look).every((key) => isKnown(key, nowMs)),
    fresh(look, nowMs, also) {
      if (!isCoverable(look)) return look;
      const scope = scopeOf(look);
      const isNew = (key: string): boolean => !isKnown(key, nowMs) && !also.has(key);
      if (!keysOf(look).some(isNew)) return null;
      // A call is told with its member, also where the member alone is no news.
      if (look.calls.length <= 1) return look;
      const calls = look.calls.filter((id) => isNew(callKey(scope, id)));
      return { ...look, calls, members: look.members.filter((id) => isNew(memberKey(scope, id))) };
    },
    keys: (look) => (isCoverable(look) ? keysOf(look) : []),
    cover(keys, untilMs) {
      for (const key of keys) until.set(key, untilMs);
    },
  };
}

function keysOf(look: Look): string[] {
  const { calls, members } = look;
  const scope = scopeOf(look);
  // Whoever is shown that there is nothing has looked, too.
  if (calls.length === 0 && members.length === 0) return [scope];
  return [...calls.map((id) => callKey(scope, id)), ...members.map((id) => memberKey(scope, id))];
}

/** No part of it holds a line break. */
function scopeOf({ actor, roles, action, purpose, address, reason = '', fields = [] }: Look): string {
  return `${actor}\n${roles}\n${action}\n${purpose}\n${address}\n${reason}\n${fields}`;
}

function callKey(scope: string, id: string): string {
  return `${scope}\nc${id}`;
}

function memberKey(scope: string, id: string): string {
  return `${scope}\nm${id}`;
}
