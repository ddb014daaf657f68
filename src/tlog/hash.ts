import { hash } from 'node:crypto';

/** The hashes of RFC 6962, section 2.1. A leaf can never be taken for a node: their first byte differs. */

export const HASH_BYTES = 32;

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

const LEAF = Buffer.of(0x00);
const NODE = 0x01;
/** One buffer for all nodes: hashing is synchronous, and joining three buffers costs as much as SHA-256 of them. */
const scratch = Buffer.alloc(1 + 2 * HASH_BYTES);
scratch[0] = NODE;

export function leafHash(leaf: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, leaf]));
}

/** The same of a text. */
export function leafHashOf(leaf: string): Buffer {
  return sha256(`\0${leaf}`);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  // What a stranger calls a proof may hold anything.
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) return sha256(joined(left, right));
  for (let index = 0; index < HASH_BYTES; index += 1) {
    scratch[1 + index] = left[index]!;
    scratch[1 + HASH_BYTES + index] = right[index]!;
  }
  return sha256(scratch);
}

function joined(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(NODE), left, right]);
}

/** Byte by byte out of a text: a buffer that the native side makes, or is asked to fill, costs as much as the hash itself. */
function sha256(bytes: Buffer | string): Buffer {
  const digest = hash('sha256', bytes, 'binary');
  const made = Buffer.allocUnsafe(HASH_BYTES);
  for (let index = 0; index < HASH_BYTES; index += 1) made[index] = digest.charCodeAt(index);
  return made;
}
