import { type Checkpoint, readCheckpoint } from '../tlog/checkpoint.ts';
import { EMPTY_ROOT, HASH_BYTES } from '../tlog/hash.ts';
import { isSignedByOne, type Note, readNote } from '../tlog/note.ts';
import { isConsistent } from '../tlog/prove.ts';
import type { Logs } from './logs.ts';

/** A log's request to sign its newest checkpoint. */
export type Request = {
  /** The size of the last checkpoint that the log knows to be signed. */
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly note: Note;
  readonly checkpoint: Checkpoint;
};

const PROOF_LINES_MAX = 63;

/** Reads the body of a request; null when it is none. Nothing of it is checked. */
export function readRequest(body: string): Request | null {
  const end = body.indexOf('\n\n');
  if (end < 0) return null;
  const [first = '', ...lines] = body.slice(0, end).split('\n');
  const old = /^old (0|[1-9]\d{0,14})$/.exec(first)?.[1];
  const proof = lines.map((line) => Buffer.from(line, 'base64'));
  const isSound = lines.every((line, index) => proof[index]!.toString('base64') === line);
  const isOfHashes = proof.length <= PROOF_LINES_MAX && proof.every((hash) => hash.length === HASH_BYTES);
  const note = readNote(body.slice(end + 2));
  const checkpoint = note && readCheckpoint(note.text);
  if (old === undefined || !isSound || !isOfHashes || !checkpoint) return null;
  return { old: Number(old), proof, note, checkpoint };
}

/** What is to be answered: that it can be signed, the size that is known instead of `old`, or an HTTP status. */
export type Verdict = 'sign' | { readonly knows: number } | 400 | 403 | 404 | 422;

/** Who it is from. */
export function recognise({ note, checkpoint }: Request, logs: Logs): 'known' | 403 | 404 {
  const verifiers = logs.get(checkpoint.origin);
  if (!verifiers) return 404;
  return isSignedByOne(note, verifiers) ? 'known' : 403;
}

/** Whether it goes on from what was signed last. @param seen null: nothing was signed for this log */
export function judge({ old, proof, checkpoint }: Request, seen: Checkpoint | null): Verdict {
  const before = seen ?? { size: 0, root: EMPTY_ROOT };
  if (old > checkpoint.size) return 400;
  if (old !== before.size) return { knows: before.size };
  return isConsistent(before, checkpoint, proof) ? 'sign' : 422;
}
