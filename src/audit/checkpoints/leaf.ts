import { hash as hashOnce } from 'node:crypto';
import { isMemberStream } from '../../domain/streams.ts';

/**
 * The head of a stream, as it stands in the tree. Written to disk and read by others years later: a new format gets a new tag.
 */
export type HeadLeaf = {
  /** See `nameInTree`. */
  readonly stream: string;
  readonly version: number;
  /** The first version of the unbroken run of appends that `how` holds for. */
  readonly from: number;
  /** Of the entry of this version, 64 hex digits. */
  readonly hash: string;
  /** The entry's own time. */
  readonly time: string;
  /** `memory`: its writer computed the hash itself when it appended. `read-back`: it was read from the store later. */
  readonly how: 'memory' | 'read-back';
};

const TAG = 'callistra/head/1';
export const LEAF_LINES = 7;
const HASH = /^[0-9a-f]{64}$/;

/** The bytes that are hashed and kept: seven lines, each ending in a newline. */
export function leafText({ stream, version, from, hash, time, how }: HeadLeaf): string {
  return `${TAG}\n${stream}\n${version}\n${from}\n${hash}\n${time}\n${how}\n`;
}

/** Reads the lines of a leaf; null when they are none. */
export function readLeaf(lines: readonly string[]): HeadLeaf | null {
  const [tag, stream = '', version = '', from = '', hash = '', time = '', how] = lines;
  if (tag !== TAG || stream === '' || lines.length !== LEAF_LINES) return null;
  if (!isVersion(version) || !isVersion(from) || Number(from) > Number(version)) return null;
  if (!HASH.test(hash) || !isTime(time) || (how !== 'memory' && how !== 'read-back')) return null;
  return { stream, version: Number(version), from: Number(from), hash, time, how };
}

/** Whether a leaf can be read again: what a damaged store or an odd entry holds need not fit into its lines. */
export function isSound({ stream, version, from, hash, time }: HeadLeaf): boolean {
  return stream !== '' && !stream.includes('\n') && isRun(from, version) && HASH.test(hash) && isTime(time);
}

function isRun(from: number, version: number): boolean {
  return Number.isSafeInteger(from) && Number.isSafeInteger(version) && from >= 1 && from <= version;
}

/**
 * What a stream is called in the tree. What is locked away for years must be able to forget a member's id, so a member's
 * stream is named by a hash that nobody can guess without its first entry.
 * @param firstHash the hash of the stream's first entry; asked of a member's stream only
 */
export function nameInTree(stream: string, firstHash: string): string {
  if (isHiddenInTree(stream)) {
    return `${HIDDEN}${sha256(Buffer.concat([Buffer.from(firstHash, 'hex'), Buffer.from(stream)]))}`;
  }
  return PLAIN.test(stream) ? stream : `${ODD}${sha256(stream)}`;
}

/** Whether the stream's name in the tree hides it, so that its first entry is needed to tell it. */
export function isHiddenInTree(stream: string): boolean {
  return isMemberStream(stream);
}

/** Whether this is what a stream whose name is hidden is called in the tree. */
export function isHiddenName(name: string): boolean {
  return name.startsWith(HIDDEN);
}

const HIDDEN = 'member-sha256:';
/** Nobody of ours writes such a name; a line of the tree must stay a line all the same. */
const ODD = 'sha256:';
const PLAIN = /^[\x21-\x7e]{1,512}$/;

function sha256(bytes: Buffer | string): string {
  return hashOnce('sha256', bytes, 'hex');
}

function isVersion(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

export function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}
