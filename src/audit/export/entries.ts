import type { Entry, NewEntry } from '../../domain/entries.ts';
import type { ActorKind, Purpose } from '../access/look.ts';

/*
 * What is known of exports stands in the streams `operation:{day}`, written to disk and read back years later: add fields
 * and types, never rename one. What left with which part of an export stands in the access streams: `Look` entries with the
 * action `export`, whose `requestId` is the exportId.
 */

/** What an export is of. Times are ISO 8601 UTC: calls begun at or after `from` and before `to`. */
export type ExportScope =
  | { readonly is: 'call'; readonly callSessionId: string }
  | { readonly is: 'member'; readonly memberId: string }
  | { readonly is: 'period'; readonly from: string; readonly to: string };

/** Entries that stay in the house: one by stream and version (`{stream}/{version}`), or all of a type; and why. */
export type Withhold = { readonly entries: string; readonly reason: string };

/** Who is given it: a name, and where it is known an address, as 45 CFR 164.528(b)(2) asks for. */
export type Recipient = { readonly name: string; readonly address?: string };

/** `BeginExport`: recorded before the first byte leaves. */
export type BeginExportBody = {
  /** `{day}.{uuid}`: the day of the stream that this stands in. */
  readonly exportId: string;
  readonly scope: ExportScope;
  readonly recipient: Recipient;
  readonly purpose: Purpose;
  readonly reason?: string;
  readonly by?: ActorKind;
  readonly roles: readonly string[];
  readonly requestId: string;
  readonly address: string | null;
  readonly withhold: readonly Withhold[];
  /** The moment that it shows: the checkpoint's note, to the letter. */
  readonly checkpoint: string;
};

/** `EndExport`: recorded when the last part is about to leave. Without one the export was broken off. */
export type EndExportBody = {
  readonly exportId: string;
  readonly streams: number;
  readonly entries: number;
  readonly calls: number;
  readonly withheld: number;
  /** Streams that could not be read, or are not covered by the checkpoint. */
  readonly left: number;
  readonly bytes: number;
  /** SHA-256 that the last line of the export bears, hex. */
  readonly digest: string;
};

export const BEGIN_EXPORT = 'BeginExport';
export const END_EXPORT = 'EndExport';

type Named = { readonly at: string; readonly actor: string };

export function beginExportEntry(body: BeginExportBody, { at, actor }: Named): NewEntry {
  return command(BEGIN_EXPORT, { id: body.exportId, at, actor, cause: null, data: JSON.stringify(body) });
}

/** Once for an export, however often its last part is fetched. */
export function endExportEntry(body: EndExportBody, { at, actor }: Named): NewEntry {
  return command(END_EXPORT, {
    id: `${body.exportId}/end`,
    at,
    actor,
    cause: body.exportId,
    data: JSON.stringify(body),
  });
}

function command(type: string, entry: Omit<NewEntry, 'kind' | 'type'>): NewEntry {
  return { kind: 'command', type, ...entry };
}

/** An export as its day's stream tells it; `end`: null for one that was broken off, or is under way. */
export type RecordedExport = {
  readonly at: string;
  readonly actor: string;
  /** Where its beginning stands. */
  readonly version: number;
  readonly begin: BeginExportBody;
  readonly end: (EndExportBody & { readonly at: string }) | null;
};

/** The exports of one day's stream, in its order. */
export function exportsIn(entries: readonly Entry[]): readonly RecordedExport[] {
  const ends = new Map<string, EndExportBody & { readonly at: string }>();
  for (const { type, at, data } of entries) {
    if (type !== END_EXPORT) continue;
    const body: EndExportBody = JSON.parse(data);
    ends.set(body.exportId, { ...body, at });
  }
  return entries
    .filter(({ type }) => type === BEGIN_EXPORT)
    .map(({ at, actor, version, data }) => {
      const begin: BeginExportBody = JSON.parse(data);
      return { at, actor, version, begin, end: ends.get(begin.exportId) ?? null };
    });
}

/** The day in whose stream an export stands; null for what is no exportId. */
export function dayOfExport(exportId: string): string | null {
  return /^(\d{4}-\d\d-\d\d)\.[0-9a-f-]{36}$/.exec(exportId)?.[1] ?? null;
}
