import { createHash } from 'node:crypto';
import { leafHash } from '../../src/tlog/hash.ts';
import { createTree, type MerkleTree } from '../../src/tlog/tree.ts';

/** The leaves and roots that implementations of RFC 6962 and RFC 9162 are checked with, sizes 0 to 8. */
export const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
export const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The definition (RFC 6962, section 2.1), word by word, which knows nothing of ours but the hash of a leaf. */
export function rootByDefinition(leafHashes: readonly Buffer[]): Buffer {
  if (leafHashes.length === 0) return createHash('sha256').digest();
  if (leafHashes.length === 1) return leafHashes[0]!;
  let split = 1;
  while (split * 2 < leafHashes.length) split *= 2;
  const [left, right] = [leafHashes.slice(0, split), leafHashes.slice(split)].map(rootByDefinition);
  return createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), left!, right!]))
    .digest();
}

/** Hashes of so many leaves, each another. */
export function hashesOf(count: number, salt = ''): Buffer[] {
  return Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`${salt}${index}`)));
}

export type Asked = { readonly first: number; readonly count: number };

/** A tree over these leaves, and what it asked for again. */
export function treeOver(leafHashes: readonly Buffer[]): { readonly tree: MerkleTree; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const tree = createTree(async (first, count) => {
    asked.push({ first, count });
    return Buffer.concat(leafHashes.slice(first, first + count));
  });
  for (const hash of leafHashes) tree.append(hash);
  return { tree, asked };
}
