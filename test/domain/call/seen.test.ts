import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  andSeen,
  hasSeen,
  hasSeenOfLate,
  inOnePiece,
  isNewestCommand,
  NOTHING_SEEN,
  type Seen,
  versionsUnder,
} from '../../../src/domain/call/seen.ts';
import type { EntryKind } from '../../../src/domain/entries.ts';

const test = suite('What a call has seen');

const KINDS: readonly EntryKind[] = ['command', 'callback', 'outcome'];
type Entry = readonly [kind: EntryKind, id: string];

const CALL = '019aab00-0000-7000-8000-000000000001';
function seenOf(entries: readonly Entry[]): { readonly callSessionId: string; readonly seen: Seen } {
  let seen = NOTHING_SEEN;
  for (const [kind, id] of entries) seen = andSeen({ callSessionId: CALL, seen }, kind, id);
  return { callSessionId: CALL, seen };
}

/** Ids of which some are alike, also such as could be taken for the way in which they are kept. */
const id = fc.oneof(
  fc.constantFrom('', 'a', 'ca', 'a#2', 'a#', '\n', '\\n', '\\', 'a\nca', 'a\\nca', '\nca\n', 'c', '\ud800', '漢'),
  fc.string({ unit: fc.constantFrom('a', 'c', 'e', 'o', '#', '\n', '\\', 'n') }),
  fc.uuid(),
  // Ours, and what others may choose that is nearly so.
  fc.constantFrom('', '/', '/2', '/2#1', '/2/outcome', '#', '/\\', '/\n').map((end) => `${CALL}${end}`),
  fc.constantFrom('\\./2', '/2', './2', '\\\\./2', `a${CALL}/2`, `${CALL.toUpperCase()}/2`),
);
const entry = fc.tuple(fc.constantFrom(...KINDS), id);

test('is each entry by its kind and id, whatever others chose as an id', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), entry, (entries, [kind, wanted]) => {
      const seen = seenOf(entries);
      inOnePiece(seen.seen);
      assert.is(
        hasSeen(seen, kind, wanted),
        entries.some((other) => other[0] === kind && other[1] === wanted),
      );
    }),
  );
});

test('tells the versions of events under an id, and under it with a number', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), id, (entries, wanted) => {
      const expected = entries.flatMap(([kind, other], index) =>
        kind !== 'outcome' && (other === wanted || other.startsWith(`${wanted}#`)) ? [index + 1] : [],
      );
      assert.equal(versionsUnder(seenOf(entries), wanted), expected);
    }),
  );
});

test('tells which command is the newest, and what kinds of entries the newest are', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), id, fc.integer({ min: -1, max: 14 }), (entries, wanted, count) => {
      const seen = seenOf(entries);
      const newest = entries.findLast(([kind]) => kind === 'command');
      assert.is(isNewestCommand(seen, wanted), newest?.[1] === wanted);
      if (newest) assert.ok(isNewestCommand(seen, newest[1]));
      const late = count > 0 ? entries.slice(-count) : [];
      for (const kind of KINDS) {
        assert.is(
          hasSeenOfLate(seen.seen, kind, count),
          late.some((other) => other[0] === kind),
        );
      }
    }),
  );
});

test('keeps of an id of ours what is not the call’s own', () => {
  const { seen } = seenOf([
    ['command', `${CALL}/2`],
    ['outcome', `${CALL}/2/outcome`],
    ['callback', 'e-1'],
  ]);
  assert.ok(!seen.includes(CALL));
});

test.run();
