import { createHash, type Hash, hash } from 'node:crypto';
import type { Entry } from '../../domain/entries.ts';
import { type Note, readNote } from '../../tlog/note.ts';
import type { Purpose } from '../access/look.ts';
import type { HeadLeaf } from '../checkpoints/leaf.ts';
import type { ExportScope, Recipient, Withhold } from './entries.ts';

/*
 * How an export is written (`callistra/export/2`): lines of JSON. Read by others, with programs of their own, years later: a
 * change makes a new tag. The format for people stands in the audit's README.
 */

/** Lines that no other is needed to read. Those of `left` name a stream of which nothing else is in the export. */
export type Line =
  | { readonly note: string }
  | { readonly stream: StreamHead }
  | { readonly entry: Omit<Entry, 'stream'> }
  | { readonly withheld: Withheld }
  | { readonly left: Left };

/** The head of a stream at the export's moment; `from`, `time` and `how` are the rest of its leaf. `proof`: a `.tlog-proof`. */
export type StreamHead = Omit<HeadLeaf, 'stream'> & { readonly name: string; readonly proof: string };
export type Withheld = { readonly version: number; readonly hash: string; readonly reason: string };

export const LEFT_BECAUSE = ['empty', 'uncovered', 'unreadable', 'contradicts'] as const;
export type LeftBecause = (typeof LEFT_BECAUSE)[number];
export type Left = { readonly name: string; readonly because: LeftBecause; readonly words: string };

/** The text of the first line's note. */
export type BeginNote = {
  readonly exportId: string;
  readonly at: string;
  /** As the log names them. */
  readonly by: string;
  readonly recipient: Recipient;
  readonly purpose: Purpose;
  readonly reason: string | null;
  readonly scope: ExportScope;
  readonly withhold: readonly Withhold[];
  /** The checkpoint's note, to the letter: the moment that the export shows. */
  readonly checkpoint: string;
};

/** What has been written up to a note. */
export type Totals = {
  readonly streams: number;
  readonly entries: number;
  readonly calls: number;
  readonly withheld: number;
  readonly left: number;
  /** Of all lines before this one. */
  readonly bytes: number;
};

/** The text of the note that closes a part; of the last line too, there as `end`. */
export type PartNote = {
  readonly exportId: string;
  /** 1, 2, 3 ... */
  readonly part: number;
  /** Name, version and hash of each stream of this part. */
  readonly streams: readonly (readonly [name: string, version: number, hash: string])[];
  readonly totals: Totals;
  /** SHA-256, hex; see `digestOf`. */
  readonly digest: string;
  /** Where the next part goes on; null in the last line. */
  readonly next: Place | null;
};

/** Up to which stream an export has come, and the scripts that are in it already. */
export type Place = { readonly after: string | null; readonly scripts: readonly string[] };

const TAG = 'callistra/export/2';
export type NoteWord = 'begin' | 'part' | 'end';

/** The text of a note: its kind, and what it says in one line of JSON. DEL is no character of a note. */
export function noteText(word: NoteWord, body: BeginNote | PartNote): string {
  return `${TAG} ${word}\n${JSON.stringify(body).replaceAll('\u007f', '\\u007f')}\n`;
}

/** Whether a note says this as we write it, whatever comes next. */
export function beginsNote(note: Note | null, word: NoteWord, said: Omit<PartNote, 'next'>): boolean {
  const text = noteText(word, { ...said, next: null });
  const begins = text.slice(0, text.lastIndexOf('null'));
  if (!note?.text.startsWith(begins) || !note.text.endsWith('}\n')) return false;
  const next = note.text.slice(begins.length, -'}\n'.length);
  return !next.includes('\n') && parsed(next) !== undefined;
}

/** What a note says; null when it is none of an export. Its signatures are not checked. */
export function readNoteBody<Word extends NoteWord>(
  note: string,
  word: Word,
): (Word extends 'begin' ? BeginNote : PartNote) | null {
  const [tag, json, rest, ...more] = readNote(note)?.text.split('\n') ?? [];
  if (tag !== `${TAG} ${word}` || json === undefined || rest !== '' || more.length > 0) return null;
  const body: unknown = parsed(json);
  return typeof body === 'object' && body !== null ? (body as never) : null;
}

/** Whether a note is that of an export which another release wrote. */
export function isOfAnotherFormat(note: string): boolean {
  return /^callistra\/export\/\d+ /.test(note) && !note.startsWith(`${TAG} `);
}

/** Which kind of note it is; null: none of an export. */
export function wordOf(note: string): NoteWord | null {
  const first = note.slice(0, note.indexOf('\n'));
  const word = first.startsWith(`${TAG} `) ? first.slice(TAG.length + 1) : '';
  return word === 'begin' || word === 'part' || word === 'end' ? word : null;
}

export function lineText(line: Line): string {
  return 'entry' in line ? entryText(line.entry) : `${JSON.stringify(line)}\n`;
}

/** Data of an object in one line stands in it as the log has it, byte for byte; any other as a JSON text, in the member `text`. */
function entryText({ version, kind, type, id, at, actor, cause, data, hash }: Omit<Entry, 'stream'>): string {
  const before = JSON.stringify({ entry: { version, kind, type, id, at, actor, cause } }).slice(0, -2);
  const body = AS_IT_IS.test(data) ? `"data":${data}` : `"text":${JSON.stringify(data)}`;
  return `${before},${body},"hash":"${hash}"}}\n`;
}

const AS_IT_IS = /^\{[^\n]*\}$/;

/**
 * What a part is bound to all before it by: SHA-256 over the digest of the part before (64 hex digits and a newline) and the
 * lines of this one that are no entries, without its note: for entries their heads stand. The digest before the first part is
 * SHA-256 over the first line.
 */
export function beginDigest(before: string): Hash {
  return createHash('sha256').update(`${before}\n`);
}

export function firstDigest(firstLine: string): string {
  return hash('sha256', firstLine, 'hex');
}

export const NO_TOTALS: Totals = { streams: 0, entries: 0, calls: 0, withheld: 0, left: 0, bytes: 0 };

export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
