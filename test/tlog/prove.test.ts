import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHash } from '../../src/tlog/hash.ts';
import { isConsistent, isIncluded } from '../../src/tlog/prove.ts';
import { hashesOf, treeOver } from './samples.ts';

const MOST = 600;
const hashes = hashesOf(MOST);
const { tree } = treeOver(hashes);

const sizes = fc.integer({ min: 1, max: MOST });

/** Each way to spoil a list of hashes by one step. */
function spoilt(proof: readonly Buffer[], by: number): (readonly Buffer[])[] {
  const other = hashesOf(1, 'other')[0]!;
  const changed = proof.map((hash, index) => {
    if (index !== by % Math.max(1, proof.length)) return hash;
    const copy = Buffer.from(hash);
    copy[by % copy.length]! ^= 1 << (by % 8);
    return copy;
  });
  const variants = [
    [...proof, other],
    [other, ...proof],
  ];
  if (proof.length > 0) variants.push(changed, proof.slice(1), proof.slice(0, -1));
  if (proof.length > 1 && !proof[0]!.equals(proof[1]!)) variants.push([proof[1]!, proof[0]!, ...proof.slice(2)]);
  return variants;
}

test('every leaf is shown to be in every tree that has it, and in no other place, tree or proof', () =>
  fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, at, by) => {
      const index = at % size;
      const root = await tree.rootAt(size);
      const proof = await tree.inclusion(index, size);
      const leaf = hashes[index]!;
      assert.ok(isIncluded(leaf, index, { size, root }, proof));
      for (const bad of spoilt(proof, by)) assert.not(isIncluded(leaf, index, { size, root }, bad));
      const elsewhere = by % size;
      if (elsewhere !== index) {
        assert.not(isIncluded(leaf, elsewhere, { size, root }, proof));
        assert.not(isIncluded(hashes[elsewhere]!, index, { size, root }, proof));
      }
      assert.not(isIncluded(leaf, index, { size, root: hashes[0]! }, size === 1 && index === 0 ? [leaf] : proof));
      for (const outside of [-1, size, size + 1, 0.5, Number.NaN])
        assert.not(isIncluded(leaf, outside, { size, root }, proof));
    }),
  ));

test('a tree is shown to go on from every smaller one, and from no other', () =>
  fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (to, at, by) => {
      const from = 1 + (at % to);
      const before = { size: from, root: await tree.rootAt(from) };
      const after = { size: to, root: await tree.rootAt(to) };
      const proof = await tree.consistency(from, to);
      assert.ok(isConsistent(before, after, proof));
      for (const bad of spoilt(proof, by)) assert.not(isConsistent(before, after, bad));
      const other = hashesOf(1, 'another root')[0]!;
      assert.not(isConsistent({ ...before, root: other }, after, proof));
      assert.not(isConsistent(before, { ...after, root: other }, proof));
      if (from < to) {
        assert.not(isConsistent(after, before, proof));
        assert.not(isConsistent({ ...before, size: from + 1 }, after, proof));
      }
    }),
  ));

test('everything goes on from nothing, and needs no proof for it', async () => {
  const root = await tree.rootAt(0);
  const after = { size: MOST, root: tree.root() };
  assert.ok(isConsistent({ size: 0, root }, after, []));
  assert.not(isConsistent({ size: 0, root }, after, [root]));
});

test('two trees of one size are one tree or two', async () => {
  const [one, other] = [await tree.rootAt(5), await tree.rootAt(6)];
  assert.ok(isConsistent({ size: 5, root: one }, { size: 5, root: one }, []));
  assert.not(isConsistent({ size: 5, root: one }, { size: 5, root: other }, []));
  assert.not(isConsistent({ size: 5, root: one }, { size: 5, root: one }, [one]));
});

test('a tree that goes on otherwise is not taken for the same, whatever its proof', () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 80 }), fc.nat(), async (size, at) => {
      const changed = hashes.slice(0, size);
      const from = 1 + (at % (size - 1));
      changed[at % from] = hashesOf(1, 'rewritten')[0]!;
      const { tree: rewritten } = treeOver(changed);
      const before = { size: from, root: await tree.rootAt(from) };
      const after = { size, root: rewritten.root() };
      for (const proof of [await tree.consistency(from, size), await rewritten.consistency(from, size)])
        assert.not(isConsistent(before, after, proof));
    }),
  ));

test('sizes that are no sizes prove nothing, nor do those beyond what a number can tell', () => {
  const root = tree.root();
  for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.not(isConsistent({ size, root }, { size: MOST, root }, []));
    assert.not(isConsistent({ size: 1, root }, { size, root }, []));
    assert.not(isIncluded(root, 0, { size, root }, []));
  }
});

test('one more than a large power of two is no power of two', () => {
  const [left, leaf, next] = hashesOf(3, 'large') as [Buffer, Buffer, Buffer];
  const size = 2 ** 49 + 1;
  const before = { size, root: nodeHash(left, leaf) };
  const after = { size: size + 1, root: nodeHash(left, nodeHash(leaf, next)) };
  assert.ok(isConsistent(before, after, [leaf, next, left]));
  assert.not(isConsistent(before, after, [next, left]));
});

test.run();
