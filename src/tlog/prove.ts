import { nodeHash } from './hash.ts';

/** Whether a leaf stands at `index` of the tree of `size` with this root (RFC 9162, section 2.1.3.2). */
export function isIncluded(
  leafHash: Uint8Array,
  index: number,
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false;
  let [fn, sn] = [BigInt(index), BigInt(size - 1)];
  let hash: Uint8Array = leafHash;
  for (const sibling of proof) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else hash = nodeHash(hash, sibling);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && isEqual(hash, root);
}

/** A tree as a checkpoint names it. */
export type TreeHead = { readonly size: number; readonly root: Uint8Array };

/** Whether the tree `before` is a prefix of the tree `after` (RFC 9162, section 2.1.4.2). */
export function isConsistent(before: TreeHead, after: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (!(Number.isSafeInteger(before.size) && Number.isSafeInteger(after.size))) return false;
  if (before.size < 0 || before.size > after.size) return false;
  if (before.size === after.size) return proof.length === 0 && isEqual(before.root, after.root);
  if (before.size === 0) return proof.length === 0;
  let [fn, sn] = [BigInt(before.size - 1), BigInt(after.size - 1)];
  const isPower = (fn & (fn + 1n)) === 0n;
  const [first, ...rest] = isPower ? [before.root, ...proof] : proof;
  if (!first) return false;
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [old, now]: [Uint8Array, Uint8Array] = [first, first];
  for (const sibling of rest) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      [old, now] = [nodeHash(sibling, old), nodeHash(sibling, now)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else now = nodeHash(now, sibling);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && isEqual(old, before.root) && isEqual(now, after.root);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b);
}
