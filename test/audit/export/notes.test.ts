import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { beginsNote, noteText, type PartNote } from '../../../src/audit/export/format.ts';

const test = suite('what the note of a part says');

const SAID = {
  exportId: '2026-03-02.1',
  part: 2,
  streams: [['a "name"\u007f', 3, 'ab']],
  totals: { streams: 1, entries: 3, calls: 1, withheld: 0, left: 0, bytes: 900 },
  digest: 'cd',
} as const;
const NEXT = { after: 'a', scripts: ['b'] };

const isSaid = (text: string, said: Omit<PartNote, 'next'> = SAID) =>
  beginsNote({ text, signatures: [] }, 'part', said);

test('all of it to the letter, whatever comes next', () => {
  for (const next of [NEXT, null]) assert.ok(isSaid(noteText('part', { ...SAID, next })));
  assert.not.ok(beginsNote(null, 'part', SAID));
  assert.not.ok(isSaid(noteText('end', { ...SAID, next: null })));
});

test('anything else is not said', () => {
  const others: readonly Partial<Omit<PartNote, 'next'>>[] = [
    { exportId: '2026-03-02.2' },
    { part: 3 },
    { streams: [] },
    { streams: [...SAID.streams, ['b', 1, 'ef']] },
    { totals: { ...SAID.totals, bytes: 901 } },
    { digest: 'ce' },
  ];
  for (const other of others) {
    assert.not.ok(isSaid(noteText('part', { ...SAID, ...other, next: NEXT })), JSON.stringify(other));
  }
});

test('what comes next is JSON, in the same line', () => {
  const sound = noteText('part', { ...SAID, next: NEXT });
  const next = JSON.stringify(NEXT);
  for (const other of ['', 'x', `${next},"more":1`, `${next}}`, `[\n]`, next.slice(0, -1)]) {
    assert.not.ok(isSaid(sound.replace(next, other)), other);
  }
  for (const cut of [1, 2, 3]) assert.not.ok(isSaid(sound.slice(0, -cut)));
});

test.run();
