/**
 * The storage contract of the call-event log. Every name in this file is written to disk and read back years later:
 * add fields and types, never rename or reuse one.
 */

/** What an entry is: what somebody decided, what ACS told us, or what became of a command that we sent. */
export type EntryKind = 'command' | 'callback' | 'outcome';

/** An entry before it has a place in a stream. */
export type NewEntry = {
  readonly kind: EntryKind;
  /** `InitiateCall`, `AskQuestion`, `Accepted`, `Microsoft.Communication.RecognizeCompleted` ... */
  readonly type: string;
  /**
   * Unique in its stream; a callback carries the id of its CloudEvent, so a second delivery is recognised; one of Event
   * Grid has `event-grid/` before it. Another event under an id that is taken has `#` and its version behind it.
   */
  readonly id: string;
  /** When it was decided or received: ISO 8601, UTC, milliseconds. */
  readonly at: string;
  /**
   * Who: `coordinator:<name>` (or another role of staff, `nobody` where they have none), `anonymous`, `acs`, `event-grid`, `flow`, `deadline`, `server`. Never a name
   * or number of a member.
   */
  readonly actor: string;
  /** The id of the input that caused it; null when the entry is the input itself. */
  readonly cause: string | null;
  /** JSON text: the exact bytes received (UTF-8), or our own. */
  readonly data: string;
};

/** An entry in its place. `hash` chains it to the one before (see log/hash-chain.ts). */
export type Entry = NewEntry & {
  readonly stream: string;
  /** 1, 2, 3 ... without a gap. */
  readonly version: number;
  /** SHA-256, 64 lower-case hex digits. */
  readonly hash: string;
};

/** Version and hash of a stream's last entry. */
export type Head = { readonly version: number; readonly hash: string };

/** The head of a stream that has no entry yet. */
export const EMPTY_HEAD: Head = { version: 0, hash: '0'.repeat(64) };

/**
 * Where a stream ends: at the last of these entries, or at `before` when there are none. Without what the entry holds,
 * which need not stay in memory.
 */
export function headOf(entries: readonly Entry[], before: Head = EMPTY_HEAD): Head {
  const last = entries.at(-1);
  return last ? { version: last.version, hash: last.hash } : before;
}
