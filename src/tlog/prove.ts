import { nodeHash } from './hash.ts';
import { readHash } from './proof-file.ts';

/** A tree as a checkpoint names it. */
export type TreeHead = { readonly size: number; readonly root: Uint8Array };

/** Whether a leaf stands at `index` of the tree of `size` with this root (RFC 9162, section 2.1.3.2). */
export function isIncluded(leafHash: Uint8Array, index: number, tree: TreeHead, proof: readonly Uint8Array[]): boolean {
  const begin = beginOf(leafHash, index, tree);
  return begin !== null && isRoot(proof.reduce<Step | null>(withSibling, begin), tree);
}

/** Of a sibling in base64: its digits, and a newline behind all but the last. */
const [SIBLING_DIGITS, SIBLING_LINE] = [44, 45];

/**
 * The same for many leaves of one tree, whose siblings are given as lines of base64. Of neighbours most are the same: a proof that comes
 * to where the last sound one was, with the same siblings left, leads to the same root.
 * @returns whether the leaf is included; false as well for a sibling that is none, or that is not written as base64 is
 */
export function createInclusionCheck(tree: TreeHead) {
  /** Of the last sound proof: its siblings, and the step before each. */
  let known: { readonly siblings: string; readonly steps: readonly Step[] } = { siblings: '', steps: [] };
  return (leafHash: Uint8Array, index: number, siblings: string): boolean => {
    const steps: Step[] = [];
    let step = beginOf(leafHash, index, tree);
    for (let at = 0; at < siblings.length; at += SIBLING_LINE) {
      if (!step) return false;
      const left = Math.ceil((siblings.length - at) / SIBLING_LINE);
      if (isSameStep(step, known.steps.at(-left)) && isEnd(known.siblings, siblings, at)) {
        known = { siblings, steps: [...steps, ...known.steps.slice(-left)] };
        return true;
      }
      steps.push(step);
      const end = at + SIBLING_DIGITS;
      const sibling = readHash(siblings.slice(at, end));
      if (!sibling || (siblings[end] ?? '\n') !== '\n' || siblings.length === end + 1) return false;
      step = withSibling(step, sibling);
    }
    if (!isRoot(step, tree)) return false;
    known = { siblings, steps };
    return true;
  };
}

/** Whether the one ends as the other does from a place on. */
function isEnd(one: string, other: string, from: number): boolean {
  const most = other.length - from;
  return most <= one.length && one.slice(one.length - most) === other.slice(from);
}

/** On the way to the root: `fn` and `sn` of RFC 9162, and the hash that has come of the siblings before. */
type Step = { readonly fn: number; readonly sn: number; readonly hash: Uint8Array };

/** Null: there is no such leaf. */
function beginOf(leafHash: Uint8Array, index: number, { size }: TreeHead): Step | null {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return null;
  return { fn: index, sn: size - 1, hash: leafHash };
}

/** Null: the path has ended before. Halves of numbers: they may be larger than what `>>` takes. */
function withSibling(step: Step | null, sibling: Uint8Array): Step | null {
  if (!step || step.sn === 0) return null;
  let { fn, sn } = step;
  const isRight = fn % 2 === 1 || fn === sn;
  while (isRight && fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
  const hash = isRight ? nodeHash(sibling, step.hash) : nodeHash(step.hash, sibling);
  return { fn: Math.floor(fn / 2), sn: Math.floor(sn / 2), hash };
}

function isRoot(step: Step | null, { root }: TreeHead): boolean {
  return step !== null && step.sn === 0 && isEqual(step.hash, root);
}

function isSameStep({ fn, sn, hash }: Step, known: Step | undefined): boolean {
  return known !== undefined && fn === known.fn && sn === known.sn && isEqual(hash, known.hash);
}

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
  return Buffer.compare(a, b) === 0;
}
