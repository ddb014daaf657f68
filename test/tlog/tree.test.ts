import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leafHash } from '../../src/tlog/hash.ts';
import { isConsistent, isIncluded } from '../../src/tlog/prove.ts';
import { hashesOf, LEAVES, ROOTS, rootByDefinition, treeOver } from './samples.ts';

/** More than a tile, and no power of two. */
const SIZE = 700;
const hashes = hashesOf(SIZE);
const { tree } = treeOver(hashes);

test('the roots of sizes 0 to 8 are those that everybody is checked with', async () => {
  const { tree: known } = treeOver([]);
  for (const [size, root] of ROOTS.entries()) {
    assert.is(known.root().toString('hex'), root);
    if (size < LEAVES.length) known.append(leafHash(LEAVES[size]!));
  }
  for (const [size, root] of ROOTS.entries()) assert.is((await known.rootAt(size)).toString('hex'), root);
});

test('the way from the second leaf of eight up is the one of the reference', async () => {
  const { tree: known } = treeOver(LEAVES.map(leafHash));
  assert.equal(
    (await known.inclusion(0, 8)).map((hash) => hash.toString('hex')),
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  );
});

test('the root of every size is the one of the definition, while the tree grows and afterwards', async () => {
  const { tree: growing } = treeOver([]);
  for (let size = 0; size <= 300; size += 1) {
    const root = rootByDefinition(hashes.slice(0, size));
    assert.ok(growing.root().equals(root), `size ${size}`);
    assert.ok((await tree.rootAt(size)).equals(root), `size ${size} afterwards`);
    growing.append(hashes[size]!);
  }
  assert.ok(tree.root().equals(rootByDefinition(hashes)));
});

test('the way up is the same whatever was asked before, also at once and while the tree grows', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(2)), { minLength: 1, maxLength: 60 }),
      async (asked) => {
        const { tree: growing } = treeOver(hashes.slice(0, 1));
        for (const hash of hashes.slice(1, 290)) growing.append(hash);
        await Promise.all(
          asked.map(async ([leaf, leaves, back]) => {
            growing.append(hashes[growing.size()]!);
            const size = growing.size() - (back === 2 ? leaves % growing.size() : back);
            const index = leaf % size;
            const proof = await growing.inclusion(index, size);
            const root = rootByDefinition(hashes.slice(0, size));
            assert.ok(isIncluded(hashes[index]!, index, { size, root }, proof), `leaf ${index} of ${size}`);
          }),
        );
      },
    ),
    { numRuns: 30 },
  ));

test('a tile of any level holds what the definition says', async () => {
  const many = hashesOf(256 * 3 + 5, 'tile');
  const { tree: large } = treeOver(many);
  assert.ok((await large.tile(0, 0, 256)).equals(Buffer.concat(many.slice(0, 256))));
  assert.ok((await large.tile(0, 3, 5)).equals(Buffer.concat(many.slice(768))));
  const roots = [0, 1, 2].map((index) => rootByDefinition(many.slice(index * 256, (index + 1) * 256)));
  assert.ok((await large.tile(1, 0, 3)).equals(Buffer.concat(roots)));
});

const RANGES: readonly (readonly [what: string, ask: () => Promise<unknown>])[] = [
  ['a root beyond the size', () => tree.rootAt(SIZE + 1)],
  ['a leaf beyond the size', () => tree.inclusion(SIZE, SIZE)],
  ['a leaf of a tree beyond the size', () => tree.inclusion(0, SIZE + 1)],
  ['a smaller tree after a larger one', () => tree.consistency(5, 4)],
  ['a tile that is not full yet', () => tree.tile(0, 2, 256)],
  ['a tile that does not exist', () => tree.tile(1, 0, 3)],
  ['an empty tile', () => tree.tile(0, 0, 0)],
];

for (const [what, ask] of RANGES) {
  test(`${what} is refused`, async () => {
    try {
      await ask();
    } catch (error) {
      assert.instance(error, RangeError);
      return;
    }
    assert.unreachable();
  });
}

test('beyond 65,536 leaves the oldest hashes are asked for again, by whole tiles, and once', async () => {
  const many = hashesOf(65_536 + 300, 'old');
  const { tree: large, asked } = treeOver(many);
  const root = large.root();
  assert.ok(root.equals(rootByDefinition(many)));
  assert.equal(asked, []);
  const proof = await large.inclusion(3, many.length);
  assert.ok(isIncluded(many[3]!, 3, { size: many.length, root }, proof));
  assert.equal(asked, [{ first: 0, count: 256 }]);
  await large.inclusion(200, many.length);
  assert.is(asked.length, 1);
  const before = { size: 300, root: await large.rootAt(300) };
  assert.ok(before.root.equals(rootByDefinition(many.slice(0, 300))));
  assert.ok(isConsistent(before, { size: many.length, root }, await large.consistency(300, many.length)));
  assert.ok((await large.tile(0, 1, 256)).equals(Buffer.concat(many.slice(256, 512))));
  assert.ok(asked.every(({ first, count }) => first % 256 === 0 && count === 256));
  assert.ok(asked.length <= 3);
});

test('a hash that was given out or taken in can be written over, and the tree stays', () => {
  const own = hashesOf(3, 'own').map((hash) => Buffer.from(hash));
  const { tree: small } = treeOver(own);
  const root = Buffer.from(small.root());
  own[0]!.fill(0);
  small.root().fill(0);
  assert.ok(small.root().equals(root));
});

test.run();
