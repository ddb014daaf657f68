import type { NewEntry } from '../../domain/entries.ts';
import { LOG_LIMITS } from '../../log/port.ts';
import type { Look, Refusal } from './look.ts';

/**
 * What stands in the streams `access:{day}:{process}:{n}`, written to disk and read back years later: add fields and types,
 * never rename one. All are of the kind `command`: somebody asked.
 */

/** Somebody was shown members' data. Its data: LookBody. */
export const LOOK = 'Look';
/** A request of staff was turned away. Its data: RefusalBody. */
export const REFUSAL = 'Refusal';
/** More of them than are named one by one. Its data: RefusalsBody. */
export const REFUSALS = 'Refusals';

export type LookBody = Omit<Look, 'actor'> & {
  /** For how long after the entry the same actor may look at the same for the same purpose without another entry. */
  readonly coversMs?: number;
};

export type RefusalBody = Omit<Refusal, 'actor'>;

/** `counts`: how many by status. From when to when, ISO 8601 UTC. */
export type RefusalsBody = {
  readonly counts: Readonly<Record<string, number>>;
  readonly from: string;
  readonly to: string;
};

/** So much of one entry is ids, the rest is for the reason and the other fields. */
const SUBJECT_BYTES_MAX = LOG_LIMITS.dataBytes - 12 * 1024;

/**
 * The entries of one look: one, or several where its ids do not fit into one. Each bears all that the look is, and the ones
 * after the first name it as their cause.
 */
export function lookEntries(
  { actor, ...look }: Look,
  { at, freshId, coversMs }: { readonly at: string; readonly freshId: () => string; readonly coversMs?: number },
): NewEntry[] {
  const entries: NewEntry[] = [];
  for (const { calls, members } of pieces(look.calls, look.members)) {
    const body: LookBody = { ...look, calls, members, ...(coversMs !== undefined && { coversMs }) };
    const cause = entries[0]?.id ?? null;
    entries.push(command(LOOK, { id: freshId(), at, actor, cause, data: JSON.stringify(body) }));
  }
  return entries;
}

export function refusalEntry({ actor, ...body }: Refusal, id: string, at: string): NewEntry {
  return command(REFUSAL, { id, at, actor, cause: null, data: JSON.stringify(body) });
}

export function refusalsEntry(body: RefusalsBody, id: string, at: string): NewEntry {
  return command(REFUSALS, { id, at, actor: 'server', cause: null, data: JSON.stringify(body) });
}

function command(type: string, entry: Omit<NewEntry, 'kind' | 'type'>): NewEntry {
  return { kind: 'command', type, ...entry };
}

type Piece = { readonly calls: string[]; readonly members: string[] };

function pieces(calls: readonly string[], members: readonly string[]): Piece[] {
  const found: Piece[] = [{ calls: [], members: [] }];
  let bytes = 0;
  const put = (kind: keyof Piece, id: string): void => {
    const size = Buffer.byteLength(JSON.stringify(id)) + 1;
    if (bytes + size > SUBJECT_BYTES_MAX) {
      found.push({ calls: [], members: [] });
      bytes = 0;
    }
    bytes += size;
    found.at(-1)![kind].push(id);
  };
  for (const id of calls) put('calls', id);
  for (const id of members) put('members', id);
  return found;
}
