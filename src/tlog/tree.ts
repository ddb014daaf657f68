import { createBoundedMap } from '../base/bounded-map.ts';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash.ts';
import { TILE_WIDTH } from './tiles.ts';

/** A Merkle tree that grows (RFC 6962, section 2.1), by the hashes of its leaves. */
export type MerkleTree = {
  size(): number;
  append(leafHash: Uint8Array): void;
  /** The root now. */
  root(): Buffer;
  /** The root that the tree had at this size. @throws RangeError beyond the size */
  rootAt(size: number): Promise<Buffer>;
  /** The siblings from the leaf up, in the tree of this size. @throws RangeError */
  inclusion(index: number, size: number): Promise<readonly Buffer[]>;
  /** That the tree of size `from` is a prefix of the tree of size `to`; none when either is trivial. @throws RangeError */
  consistency(from: number, to: number): Promise<readonly Buffer[]>;
  /** So many hashes of a level of tiles, from the beginning of a tile on: the roots of perfect trees of 256^level leaves. */
  tile(level: number, index: number, width: number): Promise<Buffer>;
};

/** Gives hashes of leaves again that the tree has forgotten, 32 bytes each. */
export type LeafHashes = (first: number, count: number) => Promise<Buffer>;

/** Two to the power of this many leaves stand under one hash that is kept for ever: a quarter of a byte a leaf. */
const KEPT_LEVEL = 8;
/** So many of the newest leaves' hashes stay in memory, 2 MiB; older ones are asked for again. */
const TILES_KEPT = 256;
const TILES_AGAIN = 16;
/** Nodes below `KEPT_LEVEL`: proofs of neighbours share them, and one alone costs 255 hashes. */
const NODES_KEPT = 2_048;

/** Roots over what stands at the right edge of a tree and is no perfect subtree: every proof in it needs some of the same few. */
const EDGES_KEPT = 128;

/** @param leafHashes asked for hashes of leaves that came long ago */
export function createTree(leafHashes: LeafHashes): MerkleTree {
  const hashes = createHashes(leafHashes);
  const { node } = hashes;
  const edges = createBoundedMap<Buffer>(EDGES_KEPT);

  /** The root over the leaves of [start, end), a range that RFC 6962 splits off. */
  const rootOf = async (start: number, end: number): Promise<Buffer> => {
    const count = end - start;
    const split = splitOf(count);
    if (count === 1 || split * 2 === count) return node(Math.log2(count), start / count);
    return nodeHash(await rootOf(start, start + split), await rootOf(start + split, end));
  };

  /** The same without a turn of the event loop, where all that it needs is in memory. */
  const keptRootOf = (start: number, end: number): Buffer | undefined => {
    const count = end - start;
    const split = splitOf(count);
    if (count === 1 || split * 2 === count) return hashes.kept(Math.log2(count), start / count);
    const known = edges.get(`${start} ${end}`);
    if (known) return Buffer.from(known);
    const left = keptRootOf(start, start + split);
    const right = left && keptRootOf(start + split, end);
    const root = left && right && nodeHash(left, right);
    if (root) edges.set(`${start} ${end}`, Buffer.from(root));
    return root;
  };

  /** The way down to the leaf that was asked for last: neighbours share most of theirs. */
  let last: { readonly size: number; readonly steps: readonly Step[] } = { size: 0, steps: [] };

  /** PATH of RFC 6962, from the leaf up. */
  const path = async (index: number, size: number): Promise<Buffer[]> => {
    const known = last.size === size ? last.steps : [];
    const parting = known.findIndex(({ start, end }) => index < start || index >= end);
    const steps = parting < 0 ? [...known] : known.slice(0, parting);
    let { start, end } = steps.at(-1) ?? { start: 0, end: size };
    while (end - start > 1) {
      const middle = start + splitOf(end - start);
      const [from, to] = index < middle ? [middle, end] : [start, middle];
      const sibling = keptRootOf(from, to) ?? (await rootOf(from, to));
      [start, end] = index < middle ? [start, middle] : [middle, end];
      steps.push({ start, end, sibling });
    }
    last = { size, steps };
    return steps.map(({ sibling }) => sibling).reverse();
  };

  /** SUBPROOF of RFC 6962: `whole` while the smaller tree is a whole subtree of what is looked at. */
  const subproof = async (to: number, start: number, end: number, whole: boolean): Promise<Buffer[]> => {
    if (to === end) return whole ? [] : [await rootOf(start, end)];
    const middle = start + splitOf(end - start);
    if (to <= middle) return [...(await subproof(to, start, middle, whole)), await rootOf(middle, end)];
    return [...(await subproof(to, middle, end, false)), await rootOf(start, middle)];
  };

  return {
    size: hashes.size,
    append: hashes.append,
    root: () => foldPeaks(peaksOf(hashes.size()).map(({ level, index }) => hashes.kept(level, index)!)),
    async rootAt(at) {
      checkRange(at <= hashes.size());
      return at === 0 ? EMPTY_ROOT : rootOf(0, at);
    },
    async inclusion(index, at) {
      checkRange(at <= hashes.size() && index < at);
      return path(index, at);
    },
    async consistency(from, to) {
      checkRange(to <= hashes.size() && from <= to);
      return from === 0 || from === to ? [] : subproof(from, 0, to, true);
    },
    async tile(level, index, width) {
      const first = index * TILE_WIDTH;
      checkRange(width >= 1 && width <= TILE_WIDTH && (first + width) * TILE_WIDTH ** level <= hashes.size());
      const places = Array.from({ length: width }, (_, place) => first + place);
      return Buffer.concat(await Promise.all(places.map((place) => node(level * KEPT_LEVEL, place))));
    },
  };
}

/** On the way down to a leaf: among which leaves it is, and the root over those beside them. */
type Step = { readonly start: number; readonly end: number; readonly sibling: Buffer };

/** The hashes of a tree, of leaves and of what stands on them. */
function createHashes(leafHashes: LeafHashes) {
  const newest = createBoundedMap<Buffer>(TILES_KEPT);
  const again = createBoundedMap<Buffer>(TILES_AGAIN);
  const nodes = createBoundedMap<Buffer>(NODES_KEPT);
  /** By height above `KEPT_LEVEL`: the roots of all perfect subtrees of that height. */
  const roots: Buffer[][] = [];
  let size = 0;

  const keep = (height: number, root: Buffer): void => {
    const level = roots[height] ?? [];
    roots[height] = level;
    level.push(root);
    if (level.length % 2 === 0) keep(height + 1, nodeHash(level.at(-2)!, level.at(-1)!));
  };

  /** The root over a perfect subtree whose leaves stand in this tile. */
  const within = (tile: Buffer, level: number, index: number): Buffer => {
    if (level === 0) return Buffer.from(tile.subarray(...rangeInTile(index)));
    const key = `${level} ${index}`;
    const known = nodes.get(key);
    if (known) return known;
    const root = nodeHash(within(tile, level - 1, 2 * index), within(tile, level - 1, 2 * index + 1));
    nodes.set(key, root);
    return root;
  };

  const kept = (level: number, index: number): Buffer | undefined => {
    if (level >= KEPT_LEVEL) return roots[level - KEPT_LEVEL]?.[index];
    const tile = newest.get(tileOf(level, index));
    return tile && within(tile, level, index);
  };

  return {
    kept,
    size: () => size,
    append(leafHash: Uint8Array): void {
      const [start] = rangeInTile(size);
      const key = tileOf(0, size);
      const tile = newest.get(key) ?? Buffer.alloc(TILE_WIDTH * HASH_BYTES);
      tile.set(leafHash, start);
      if (start === 0) newest.set(key, tile);
      size += 1;
      if (size % TILE_WIDTH === 0) keep(0, foldAll(tile));
    },
    /** The root over a perfect subtree: 2^level leaves from index * 2^level on. */
    async node(level: number, index: number): Promise<Buffer> {
      const known = kept(level, index);
      if (known) return known;
      const key = tileOf(level, index);
      const tile = again.get(key) ?? (await leafHashes(Number(key) * TILE_WIDTH, TILE_WIDTH));
      again.set(key, tile);
      return within(tile, level, index);
    },
  };
}

/** The tile in which the leaves of a small subtree stand. */
function tileOf(level: number, index: number): string {
  return String(Math.floor((index * 2 ** level) / TILE_WIDTH));
}

/** Where a leaf stands in its tile, in bytes. */
function rangeInTile(leaf: number): [start: number, end: number] {
  const start = (leaf % TILE_WIDTH) * HASH_BYTES;
  return [start, start + HASH_BYTES];
}

/** The root of a tree over the roots of the perfect subtrees that it is made of. */
function foldPeaks(peaks: readonly Buffer[]): Buffer {
  return peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two below `count`; of 1 it is 1. */
function splitOf(count: number): number {
  return count <= 2 ? 1 : 2 ** Math.ceil(Math.log2(count) - 1);
}

/** The perfect subtrees that a tree of this size is made of, largest first. */
function peaksOf(size: number): { readonly level: number; readonly index: number }[] {
  const peaks = [];
  let rest = size;
  for (let level = 52; level >= 0; level -= 1) {
    const count = 2 ** level;
    if (rest < count) continue;
    peaks.push({ level, index: (size - rest) / count });
    rest -= count;
  }
  return peaks;
}

/** The root over a power of two of hashes that stand one after the other. */
function foldAll(hashes: Buffer): Buffer {
  let level = Array.from({ length: hashes.length / HASH_BYTES }, (_, index) =>
    hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, index) => nodeHash(level[2 * index]!, level[2 * index + 1]!));
  }
  return Buffer.from(level[0]!);
}

function checkRange(holds: boolean): void {
  if (!holds) throw new RangeError('the tree has no such leaves');
}
