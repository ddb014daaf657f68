import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointText, readCheckpoint } from '../../src/tlog/checkpoint.ts';
import { EMPTY_ROOT } from '../../src/tlog/hash.ts';

const CHECKPOINT = { origin: 'plan.example/callistra/7', size: 1_234, root: EMPTY_ROOT };
const TEXT = `plan.example/callistra/7\n1234\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;

test('a checkpoint is three lines: origin, size, root', () => {
  assert.is(checkpointText(CHECKPOINT), TEXT);
  assert.equal(readCheckpoint(TEXT), CHECKPOINT);
  assert.equal(readCheckpoint(checkpointText({ ...CHECKPOINT, size: 0 })), { ...CHECKPOINT, size: 0 });
});

test('further lines of others are passed over', () => {
  assert.equal(readCheckpoint(`${TEXT}of somebody else\n`), CHECKPOINT);
});

const BAD: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['no origin', TEXT.slice(TEXT.indexOf('\n'))],
  ['a size with a zero before it', TEXT.replace('1234', '01234')],
  ['a negative size', TEXT.replace('1234', '-1')],
  ['a size that no number can tell', TEXT.replace('1234', '9007199254740993')],
  ['a size in words', TEXT.replace('1234', 'many')],
  ['a root that is too short', TEXT.replace('47DE', '')],
  ['a root with stray bits', TEXT.replace('uFU=', 'uFV=')],
  ['no newline at its end', TEXT.slice(0, -1)],
  ['two lines', 'a\n1\n'],
];

for (const [what, text] of BAD)
  test(`a text with ${what} is no checkpoint`, () => assert.is(readCheckpoint(text), null));

test.run();
