import type { Entry, EntryKind } from '../../domain/entries.ts';
import { LogError } from '../port.ts';
import { keyOf, rowKeyOf } from './keys.ts';

/** Text as the store keeps it: a string, or the bytes of its UTF-8. */
type StoredText = string | Uint8Array;

/** A row of the events' table. An absent cause is an absent property. */
export type EventRow = {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly Kind: StoredText;
  readonly Type: StoredText;
  readonly EntryId: StoredText;
  readonly At: StoredText;
  readonly Actor: StoredText;
  readonly Cause?: StoredText;
  readonly Data: StoredText;
  readonly Hash: string;
  /** Tells the rows of one append from those of every other; no part of the entry. */
  readonly WriteId: string;
};

/** A row as it is read: whatever somebody has put there. */
export type StoredRow = Readonly<Record<string, unknown>> & { readonly rowKey?: string };

/** What is read of an entry. */
export const ENTRY_COLUMNS = ['rowKey', 'Kind', 'Type', 'EntryId', 'At', 'Actor', 'Cause', 'Data', 'Hash'];

/** A string property holds 64 KiB in UTF-16 (learn.microsoft.com, Table service data model); some room is left. */
const STRING_UNITS_MAX = 32_000;
/** So few units cost little however they are written. */
const SHORT_UNITS = 100;
/**
 * What must not be left to JSON, to the XML that the service knows besides, and to those who parse either by lines:
 * control characters other than tab and line ends, the separators U+2028 and U+2029, the byte order mark, no-characters.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const DELICATE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** The row of an entry. */
export function toRow(entry: Entry, writeId: string): EventRow {
  return {
    partitionKey: keyOf(entry.stream),
    rowKey: rowKeyOf(entry.version),
    Kind: toStored(entry.kind),
    Type: toStored(entry.type),
    EntryId: toStored(entry.id),
    At: toStored(entry.at),
    Actor: toStored(entry.actor),
    ...(entry.cause !== null && { Cause: toStored(entry.cause) }),
    Data: toStored(entry.data),
    Hash: entry.hash,
    WriteId: writeId,
  };
}

/**
 * The entry of a row.
 * @throws LogError LOG_CORRUPT when a property is missing or is no text
 */
export function toEntry(stream: string, version: number, row: StoredRow): Entry {
  const text = (name: string): string => {
    const value = textOf(row[name]);
    if (value === undefined) throw corrupt(stream, version, `has no ${name}`);
    return value;
  };
  return {
    stream,
    version,
    kind: text('Kind') as EntryKind,
    type: text('Type'),
    id: text('EntryId'),
    at: text('At'),
    actor: text('Actor'),
    cause: row['Cause'] === undefined || row['Cause'] === null ? null : text('Cause'),
    data: text('Data'),
    hash: text('Hash'),
  };
}

/** A string where it is kept as it is and is no longer in a request than the base64 of its bytes would be. */
export function toStored(text: string): StoredText {
  if (text.length > STRING_UNITS_MAX || DELICATE.test(text) || escapesTooMuch(text)) return Buffer.from(text);
  return text;
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
}

/** Base64 adds a third. */
function escapesTooMuch(text: string): boolean {
  if (text.length <= SHORT_UNITS) return false;
  return JSON.stringify(text).length - text.length > text.length / 3;
}

export function corrupt(stream: string, version: number, what: string): LogError {
  return new LogError('LOG_CORRUPT', `entry ${version} of stream ${stream} ${what}`, { version });
}
