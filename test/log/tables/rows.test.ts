import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { textOf, toEntry, toRow, toStored } from '../../../src/log/tables/rows.ts';
import { newEntry } from '../samples.ts';

const isString = (text: string) => typeof toStored(text) === 'string';

test('ordinary text is a string, for people who look into the table', () => {
  for (const text of ['', '{"a":\t"Zoë 😀"}\r\n', 'x'.repeat(32_000), '{"data":"some text"}'.repeat(100)]) {
    assert.ok(isString(text), text.slice(0, 20));
  }
});

test('what the store might not keep as it is goes as bytes', () => {
  for (const text of ['\u0000', '\u0001', '\u001f', '\u007f', '\u0085', '\u2028', '\ufeff', '\ufffe', '\uffff']) {
    assert.not.ok(isString(`a${text}b`), text.charCodeAt(0).toString(16));
  }
  assert.not.ok(isString('x'.repeat(32_001)));
  assert.not.ok(isString('"'.repeat(200)));
});

test('either way it is the same text again', () => {
  for (const text of ['', 'Zoë 😀', '\ufeffa\u0000', '"'.repeat(200), 'ü'.repeat(32_768)]) {
    assert.is(textOf(toStored(text)), text);
  }
  assert.is(textOf(7), undefined);
  assert.is(textOf(undefined), undefined);
});

test('an entry is the same again, and no cause is not an empty one', () => {
  const entries = chain(EMPTY_HEAD, 's/1', [
    newEntry('a'),
    newEntry('b', { cause: '' }),
    newEntry('c', { cause: 'a' }),
  ]);
  for (const entry of entries) assert.equal(toEntry('s/1', entry.version, { ...toRow(entry, 'w') }), entry);
  assert.is('Cause' in toRow(entries[0]!, 'w'), false);
  // Asked for by name, a property that is not there may also come back as null.
  assert.equal(toEntry('s/1', 1, { ...toRow(entries[0]!, 'w'), Cause: null }), entries[0]);
});

test.run();
