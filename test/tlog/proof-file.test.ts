import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointText, readCheckpoint } from '../../src/tlog/checkpoint.ts';
import { signerOf } from '../../src/tlog/keys.ts';
import { formatNote, isSignedByOne, readNote, signText } from '../../src/tlog/note.ts';
import { formatProof, type ProofFile, readProof } from '../../src/tlog/proof-file.ts';
import { isIncluded } from '../../src/tlog/prove.ts';
import { hashesOf, treeOver } from './samples.ts';

const hashes = hashesOf(11);
const { tree } = treeOver(hashes);
const signer = signerOf('plan.example/callistra', Buffer.alloc(32, 4));
const text = checkpointText({ origin: signer.name, size: 11, root: tree.root() });
const checkpoint = formatNote({ text, signatures: [signText(text, signer)] });
const file: ProofFile = { index: 6, proof: await tree.inclusion(6, 11), checkpoint };

test('a proof that was written is read again, and proves its leaf alone', () => {
  const written = formatProof(file);
  assert.ok(written.startsWith('c2sp.org/tlog-proof@v1\nindex 6\n'));
  const read = readProof(written)!;
  assert.equal(read, file);
  const note = readNote(read.checkpoint)!;
  assert.ok(isSignedByOne(note, [signer]));
  const head = readCheckpoint(note.text)!;
  assert.ok(isIncluded(hashes[6]!, read.index, head, read.proof));
  assert.not(isIncluded(hashes[7]!, read.index, head, read.proof));
});

test('what belongs to it comes along, and stands before the index', () => {
  const extra = Buffer.from('{"leaf":1}');
  const written = formatProof({ ...file, extra });
  assert.match(written, `\nextra ${extra.toString('base64')}\nindex 6\n`);
  assert.equal(readProof(written), { ...file, extra });
});

test('a tree of one leaf needs no hashes', () => {
  const one = { index: 0, proof: [], checkpoint };
  assert.equal(readProof(formatProof(one)), one);
});

const written = formatProof(file);
const BAD: readonly (readonly [what: string, file: string])[] = [
  ['nothing', ''],
  ['another version', written.replace('@v1', '@v2')],
  ['no index', written.replace('index 6\n', '')],
  ['an index with a zero before it', written.replace('index 6', 'index 06')],
  ['no empty line', written.replaceAll('\n\n', '\n')],
  ['a hash that is too short', written.replace(file.proof[0]!.toString('base64'), 'AAAA')],
  ['a hash with stray letters', written.replace(file.proof[0]!.toString('base64'), (hash) => `*${hash}`)],
  ['words for a hash', written.replace('index 6\n', 'index 6\nabc\n')],
  ['extra words that are no base64', written.replace('index 6', 'extra *\nindex 6')],
];

for (const [what, bad] of BAD) test(`a file with ${what} is no proof`, () => assert.is(readProof(bad), null));

test.run();
