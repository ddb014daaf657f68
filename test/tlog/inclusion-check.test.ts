import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createInclusionCheck, isIncluded } from '../../src/tlog/prove.ts';
import { hashesOf, treeOver } from './samples.ts';

const MOST = 300;
const hashes = hashesOf(MOST);
const { tree } = treeOver(hashes);

const step = fc.record({ at: fc.nat(), leaf: fc.nat(), by: fc.nat(), spoilt: fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 5) });

/** A proof in the place of the sound one. */
function spoil(proof: readonly Buffer[], kind: number, by: number): readonly Buffer[] {
  const place = by % Math.max(1, proof.length);
  if (kind === 1) return proof.toSpliced(place, 1, hashes[by % MOST]!);
  if (kind === 2) return proof.toSpliced(place, 1);
  if (kind === 3) return [...proof, hashes[by % MOST]!];
  if (kind === 4) return proof.toSpliced(place, 0, hashes[by % MOST]!);
  return proof;
}

test('many proofs in any order are judged as each by itself, sound and spoilt ones in turn', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: MOST }),
      fc.array(step, { minLength: 2, maxLength: 12 }),
      async (size, steps) => {
        const root = await tree.rootAt(size);
        const check = createInclusionCheck({ size, root });
        for (const { at, leaf, by, spoilt } of steps) {
          // Neighbours of one another, or far apart.
          const index = at % Math.min(size, by % 2 === 0 ? 4 : size);
          const proof = spoil(await tree.inclusion(index, size), spoilt, by);
          const claimed = spoilt === 5 ? by % (size + 2) : index;
          const hash = hashes[by % 5 === 0 ? leaf % size : index]!;
          const siblings = proof.map((sibling) => sibling.toString('base64')).join('\n');
          assert.is(check(hash, claimed, siblings), isIncluded(hash, claimed, { size, root }, proof));
        }
      },
    ),
  ));

test('a sibling that is none, or written otherwise, proves nothing, also where the one before was sound', async () => {
  const root = await tree.rootAt(8);
  const check = createInclusionCheck({ size: 8, root });
  const siblings = (await tree.inclusion(2, 8)).map((sibling) => sibling.toString('base64'));
  const lines = (other: readonly string[]): string => other.join('\n');
  assert.ok(check(hashes[2]!, 2, lines(siblings)));
  for (const [place, sibling] of siblings.entries()) {
    for (const other of ['', '!', sibling.slice(0, -1), `${sibling}=`, sibling.slice(0, -4), ` ${sibling}`]) {
      assert.not(check(hashes[2]!, 2, lines(siblings.with(place, other))));
    }
  }
  for (const other of [`${lines(siblings)}\n`, `\n${lines(siblings)}`, siblings.join('\r\n'), siblings.join(' ')]) {
    assert.not(check(hashes[2]!, 2, other));
  }
  assert.ok(check(hashes[2]!, 2, lines(siblings)));
});

test('nothing is included in a tree without leaves, nor at a place that is none', async () => {
  const check = createInclusionCheck({ size: 0, root: await tree.rootAt(0) });
  assert.not(check(hashes[0]!, 0, ''));
  const one = createInclusionCheck({ size: 1, root: hashes[0]! });
  assert.ok(one(hashes[0]!, 0, ''));
  for (const place of [-1, 1, 0.5, Number.NaN, 2 ** 53]) assert.not(one(hashes[0]!, place, ''));
});

test.run();
