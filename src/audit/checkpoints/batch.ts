import { createHash } from 'node:crypto';
import type { Signer, Verifier } from '../../tlog/keys.ts';
import { formatNote, isSignedByOne, readNote, signText } from '../../tlog/note.ts';
import { behindLines, type Leaves, readLeaves, type WrittenLeaves } from './batch-leaves.ts';
import { isTime, leafText } from './leaf.ts';
import { OBJECT_BYTES_MAX } from './ports.ts';

/** Leaves that one process proposes for the tree, at one place of it. It is no checkpoint, and says nothing of the whole. */
export type Batch = {
  readonly origin: string;
  /** 1, 2, 3 ... without a gap. */
  readonly slot: number;
  /** Of its first leaf in the tree. */
  readonly firstIndex: number;
  /** SHA-256 of the accepted batch before it, hex; `NO_BATCH` for the first. */
  readonly before: string;
  /** Who proposes it: drawn anew at each start of a server. */
  readonly process: string;
  readonly startedAt: string;
  readonly at: string;
  /** Whatever is dated before this has a leaf; null when nobody has looked since the batch before. */
  readonly lookedThrough: string | null;
  /** The verifier line of the key that alone counts from the next slot on; null: no exchange. */
  readonly nextKey: string | null;
  readonly leaves: Leaves;
};

/** A batch that was read from its bytes. */
export type ReadBatch = Batch & { readonly leaves: WrittenLeaves };

const TAG = 'callistra/batch/1';
export const NO_BATCH = '0'.repeat(64);
/** A batch that is larger does not count. */
export const BATCH_BYTES_MAX = OBJECT_BYTES_MAX;
/** Leaves of ordinary names are of some 200 bytes. */
export const BATCH_LEAVES_MAX = 16_384;
const HEADER_LINES = 11;
const NONE = '-';

export function batchName(slot: number): string {
  return `batch/${slot}`;
}

/** The bytes of a batch: a note that is signed with the key in force at its slot. */
export function formatBatch(batch: Batch, signer: Signer): Buffer {
  const text = batchText(batch);
  return Buffer.from(formatNote({ text, signatures: [signText(text, signer)] }));
}

function batchText(batch: Batch): string {
  return `${headerText(batch)}${Array.from(batch.leaves, leafText).join('')}`;
}

function headerText(batch: Batch): string {
  const { origin, slot, firstIndex, before, process, startedAt, at, lookedThrough, nextKey, leaves } = batch;
  const places = [slot, firstIndex, before, process, startedAt, at];
  const header = [TAG, origin, ...places, lookedThrough ?? NONE, nextKey ?? NONE, leaves.length];
  return `${header.join('\n')}\n`;
}

/** Reads a batch that this key has signed; null when it is none. Whether it counts is another question. */
export function readBatch(bytes: Buffer, inForce: Verifier): ReadBatch | null {
  if (bytes.length > BATCH_BYTES_MAX) return null;
  const note = readNote(bytes.toString());
  if (!note || !isSignedByOne(note, [inForce])) return null;
  const text = Buffer.from(note.text);
  const headerEnd = behindLines(text, 0, HEADER_LINES);
  const header = text.toString('utf8', 0, headerEnd).split('\n').slice(0, -1);
  const [tag, origin = '', slot, firstIndex, before = '', process = '', startedAt = '', at = ''] = header;
  const [lookedThrough = '', nextKey = '', count] = header.slice(8);
  if (tag !== TAG || !isTime(startedAt) || !isTime(at) || !(lookedThrough === NONE || isTime(lookedThrough)))
    return null;
  const leaves = readLeaves(text, headerEnd);
  if (!leaves || leaves.length !== Number(count)) return null;
  const batch: ReadBatch = {
    origin,
    slot: Number(slot),
    firstIndex: Number(firstIndex),
    before,
    process,
    startedAt,
    at,
    lookedThrough: lookedThrough === NONE ? null : lookedThrough,
    nextKey: nextKey === NONE ? null : nextKey,
    leaves,
  };
  // Written as nobody of ours writes it: two readings of one text would be two trees.
  return note.text.startsWith(headerText(batch)) ? batch : null;
}

/** The name by which the batch after it, and the log, know a batch: SHA-256 of its bytes, hex. */
export function batchHash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
