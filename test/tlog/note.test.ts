import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COSIGNATURE, readVerifier, type Signer, signerOf } from '../../src/tlog/keys.ts';
import { cosignText, formatNote, isSignedByOne, readNote, signedBy, signText } from '../../src/tlog/note.ts';

const KNOWN = readVerifier('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')!;
const KNOWN_NOTE =
  'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const key = (name: string, fill: number, kind?: Signer['kind']): Signer => signerOf(name, Buffer.alloc(32, fill), kind);
const owner = key('log.example/a', 1);
const other = key('log.example/a', 2);
const witness = key('witness.example/w', 3, COSIGNATURE);
const TEXT = 'log.example/a\n5\nroot\n';
const signed = (...signatures: Parameters<typeof formatNote>[0]['signatures']) => ({ text: TEXT, signatures });

test('the known note is read, and its signature holds', () => {
  const note = readNote(KNOWN_NOTE)!;
  assert.is(note.text, 'This is an example message.\n');
  assert.equal(signedBy(note, KNOWN), { seconds: null });
  assert.is(formatNote(note), KNOWN_NOTE);
});

test('another letter in the known note makes its signature false, and the note rejected', () => {
  const note = readNote(KNOWN_NOTE.replace('example message', 'examples message'))!;
  assert.is(signedBy(note, KNOWN), 'false');
  assert.not(isSignedByOne(note, [KNOWN]));
});

test('what is signed is read and believed again', () => {
  const note = readNote(formatNote(signed(signText(TEXT, owner))))!;
  assert.is(note.text, TEXT);
  assert.ok(isSignedByOne(note, [owner]));
});

test('signatures of nobody one knows are passed over, also beside one that one knows', () => {
  const note = signed(signText(TEXT, other), signText(TEXT, owner), signText(TEXT, key('new.example/k', 9)));
  assert.ok(isSignedByOne(note, [owner]));
  assert.is(signedBy(signed(signText(TEXT, other)), owner), 'unsigned');
  assert.not(isSignedByOne(signed(signText(TEXT, other)), [owner]));
  assert.not(isSignedByOne(note, []));
});

test('a false signature of a known key spoils the note, although a sound one stands beside it', () => {
  const line = signText(TEXT, owner);
  const bytes = Buffer.from(line.bytes);
  bytes[3]! ^= 1;
  for (const lines of [
    [{ ...line, bytes }, line],
    [line, { ...line, bytes }],
  ])
    assert.not(isSignedByOne(signed(...lines), [owner]));
  const byOther = [line, { ...signText(TEXT, other), bytes }];
  assert.not(isSignedByOne(signed(...byOther), [owner, other]));
});

test('a witness signs with the time at which it saw the text', () => {
  const line = cosignText(TEXT, witness, 1_764_064_799);
  const note = readNote(formatNote(signed(signText(TEXT, owner), line)))!;
  assert.equal(signedBy(note, witness), { seconds: 1_764_064_799 });
  assert.is(line.bytes.length, 8 + 64);
  const later = Buffer.from(line.bytes);
  later.writeBigUInt64BE(1_764_064_800n);
  assert.is(signedBy(signed({ ...line, bytes: later }), witness), 'false');
});

test('a witness’s signature is none of an owner, nor the other way round', () => {
  const asOwner = key(witness.name, 3);
  const line = { ...signText(TEXT, asOwner), id: witness.id };
  assert.is(signedBy(signed(line), witness), 'false');
  const turned = { ...cosignText(TEXT, witness, 5), id: asOwner.id };
  assert.is(signedBy(signed(turned), asOwner), 'false');
});

test('the last empty line parts text and signatures: a text may have empty lines of its own', () => {
  const text = 'one\n\n\u2014 not yet\n\ntwo\n';
  const note = readNote(formatNote({ text, signatures: [signText(text, owner)] }))!;
  assert.is(note.text, text);
  assert.ok(isSignedByOne(note, [owner]));
});

const line = formatNote(signed(signText(TEXT, owner))).slice(TEXT.length + 1);
const BAD: readonly (readonly [what: string, note: string])[] = [
  ['nothing', ''],
  ['no empty line', `${TEXT}${line}`],
  ['no signature', `${TEXT}\n`],
  ['no newline at its end', `${TEXT}\n${line.slice(0, -1)}`],
  ['a hyphen for the dash', `${TEXT}\n${line.replace('\u2014', '-')}`],
  ['an en dash for the dash', `${TEXT}\n${line.replace('\u2014', '\u2013')}`],
  ['two spaces', `${TEXT}\n${line.replace(' ', '  ')}`],
  ['a plus in the name', `${TEXT}\n${line.replace('log.example', 'log+example')}`],
  ['a signature that is no base64', `${TEXT}\n${line.replace(/.{4}\n$/, '$$$$\n')}`],
  ['a signature of an id alone', `${TEXT}\n\u2014 a ${Buffer.alloc(4).toString('base64')}\n`],
  ['words behind a signature', `${TEXT}\n${line.replace('\n', ' x\n')}`],
  ['a carriage return', `${TEXT}\n${line.replace('\n', '\r\n')}`],
  ['a control character', `a\u0007${TEXT}\n${line}`],
  ['a signature line that is none among others', `${TEXT}\n${line}and more\n`],
];

for (const [what, note] of BAD) test(`a note with ${what} is none`, () => assert.is(readNote(note), null));

test('a text that is none of a note is not signed', () => {
  assert.throws(() => signText('without its newline', owner), TypeError);
  assert.throws(() => signText('with a bell\u0007\n', owner), TypeError);
});

test.run();
