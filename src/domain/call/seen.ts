import type { EntryKind } from '../entries.ts';

/**
 * The kinds and ids of the entries in a call's stream, oldest first, each on a line of its own. One text, since some thirteen objects a
 * call were a fifth of what ten thousand open calls hold.
 */
export type Seen = string;

/** A call, and what it has seen. */
type Seeing = { readonly callSessionId: string; readonly seen: Seen };

/** Of a stream without entries. */
export const NOTHING_SEEN: Seen = '\n';

const LETTERS: Readonly<Record<EntryKind, string>> = { command: 'c', callback: 'e', outcome: 'o' };

/** With one more entry. */
export function andSeen(call: Seeing, kind: EntryKind, id: string): Seen {
  return `${call.seen}${LETTERS[kind]}${inLine(call, id)}\n`;
}

/** Ids of callbacks are chosen by others: they must never be taken for ids of ours, so the kind is part of it. */
export function hasSeen(call: Seeing, kind: EntryKind, id: string): boolean {
  return call.seen.includes(`\n${LETTERS[kind]}${inLine(call, id)}\n`);
}

/** The versions of entries of other kinds than outcomes that have this id, or it and a number behind `#`; oldest first. */
export function versionsUnder(call: Seeing, id: string): number[] {
  const { seen } = call;
  const wanted = inLine(call, id);
  // Most ids are new, and every callback asks.
  if (!seen.includes(wanted)) return [];
  return linesOf(seen).flatMap((line, index) =>
    line[0] !== LETTERS.outcome && isUnder(line.slice(1), wanted) ? [index + 1] : [],
  );
}

/** Whether one of the newest entries, so many of them, is of this kind. */
export function hasSeenOfLate(seen: Seen, kind: EntryKind, count: number): boolean {
  if (count <= 0) return false;
  return linesOf(seen)
    .slice(-count)
    .some((line) => line[0] === LETTERS[kind]);
}

/** Whether this is the newest command. */
export function isNewestCommand(call: Seeing, id: string): boolean {
  const { seen } = call;
  const begins = `\n${LETTERS.command}`;
  return seen.startsWith(`${begins}${inLine(call, id)}\n`, seen.lastIndexOf(begins));
}

/** For whoever keeps it: V8 holds a text that was put together as all of its pieces, until it reads a place in it (`includes` does not). */
export function inOnePiece(seen: Seen): void {
  seen.startsWith(NOTHING_SEEN);
}

function linesOf(seen: Seen): string[] {
  return seen.split('\n').slice(1, -1);
}

function isUnder(line: string, wanted: string): boolean {
  return line === wanted || line.startsWith(`${wanted}#`);
}

/** An id that others chose may hold a newline; ours begin with the call's own, which would be half of all that is kept. */
function inLine({ callSessionId }: Seeing, id: string): string {
  if (id.startsWith(callSessionId) && id[callSessionId.length] === '/')
    return OWN + escaped(id.slice(callSessionId.length));
  return escaped(id);
}

/** Stands nowhere else: a backslash is followed by another, or by an n. */
const OWN = '\\.';

function escaped(id: string): string {
  return /[\n\\]/.test(id) ? id.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : id;
}
