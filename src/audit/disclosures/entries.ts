import type { Entry, NewEntry } from '../../domain/entries.ts';

/*
 * Disclosures that no export tells of, and what keeps some out of an accounting for a while. Both stand in `operation:{day}`, with
 * a `NoteDisclosure` in the member's stream. Written to disk and read back years later: add fields and types, never rename one.
 */

/** `RecordDisclosure`: made elsewhere, or by mistake. */
export type RecordDisclosureBody = {
  readonly memberId: string;
  /** Who received it, and where, if that is known. */
  readonly recipient: { readonly name: string; readonly address?: string };
  /** What was disclosed, briefly. The member is told it as it stands. */
  readonly what: string;
  /** What it was for, briefly. The member is told it as it stands. */
  readonly purpose: string;
  /** The day on which it was made, such as `2026-03-02`. */
  readonly on: string;
  /** Why it is recorded; the member is not told it. */
  readonly reason: string;
};

/** `SuspendAccounting`: disclosures to this agency stay out of the member's accounting (45 CFR 164.528(a)(2)). */
export type SuspendAccountingBody = {
  readonly memberId: string;
  readonly agency: string;
  /** The day from which on they are told again. */
  readonly until: string;
  /** Said, and not written. */
  readonly oral: boolean;
  /** Its statement, which is to be documented. */
  readonly reason: string;
};

export const RECORD_DISCLOSURE = 'RecordDisclosure';
export const SUSPEND_ACCOUNTING = 'SuspendAccounting';
export const DISCLOSURE_NOTE = { type: 'NoteDisclosure', prefix: 'disclosure' } as const;

type Named = { readonly id: string; readonly at: string; readonly actor: string };

export function disclosureEntry(body: RecordDisclosureBody, named: Named): NewEntry {
  return { ...named, kind: 'command', type: RECORD_DISCLOSURE, cause: null, data: JSON.stringify(body) };
}

export function suspensionEntry(body: SuspendAccountingBody, named: Named): NewEntry {
  return { ...named, kind: 'command', type: SUSPEND_ACCOUNTING, cause: null, data: JSON.stringify(body) };
}

export type RecordedByHand = RecordDisclosureBody & Pick<Entry, 'id' | 'stream' | 'version'>;
export type Suspension = SuspendAccountingBody & Pick<Entry, 'id' | 'at'>;

/** The disclosures that were recorded by hand among these entries. */
export function recordedIn(entries: readonly Entry[]): readonly RecordedByHand[] {
  return entries
    .filter(({ type }) => type === RECORD_DISCLOSURE)
    .map(({ id, stream, version, data }) => ({ ...(JSON.parse(data) as RecordDisclosureBody), id, stream, version }));
}

/** The suspensions among these entries. */
export function suspensionsIn(entries: readonly Entry[]): readonly Suspension[] {
  return entries
    .filter(({ type }) => type === SUSPEND_ACCOUNTING)
    .map(({ id, at, data }) => ({ ...(JSON.parse(data) as SuspendAccountingBody), id, at }));
}
