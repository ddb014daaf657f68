import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_ROW, type Place, type PlacesRow, type Waiting } from '../../../src/domain/places/row.ts';
import { AHEAD_MS, type Step, step, turnOf, type View } from '../../../src/domain/places/step.ts';

const NOW = 1_000_000;

const view = (special: Partial<View> = {}): View => ({
  me: 'me',
  nowMs: NOW,
  spacingMs: 100,
  most: 2,
  moves: Number.POSITIVE_INFINITY,
  over: new Map(),
  legs: [],
  due: [],
  waitsFor: () => 1,
  anew: new Set(),
  unused: new Map(),
  pauseUntilMs: 0,
  ...special,
});
const place = (callSessionId: string, special: Partial<Place> = {}): Place => ({
  callSessionId,
  attempt: 1,
  turnMs: NOW - 5_000,
  by: 'other',
  isShared: false,
  ...special,
});
const due = (callSessionId: string, attempt = 1): Waiting => ({
  callSessionId,
  attempt,
  part: attempt > 1 ? 'redial' : 'normal',
});
const row = (special: Partial<PlacesRow> = {}): PlacesRow => ({ ...EMPTY_ROW, ...special });
const held = ({ row: { held: places } }: Step): readonly string[] =>
  places.map(({ callSessionId, attempt }) => `${callSessionId}#${attempt}`);
const waiting = (next: Step): readonly string[] => next.row.waiting.map(({ callSessionId }) => callSessionId);
const turns = ({ taken }: Step): readonly (readonly [string, number])[] =>
  taken.map(({ callSessionId, turnMs }) => [callSessionId, turnMs - NOW]);

test('who wants nothing leaves the row as it is', () => {
  const before = row({ held: [place('a')], waiting: [], nextMs: NOW });
  assert.equal(step(before, view()), { row: before, taken: [], ask: null });
  assert.is(step(before, view()).row, before);
});

test('a call that is due and finds a free place has it, with the next turn, under the name of whoever took it', () => {
  const next = step(row(), view({ due: [due('a')] }));
  assert.equal(next.taken, [{ callSessionId: 'a', attempt: 1, turnMs: NOW, by: 'me', isShared: false }]);
  assert.equal([held(next), waiting(next), next.row.nextMs], [['a#1'], [], NOW + 100]);
});

test('a call that finds none waits', () => {
  const next = step(row({ held: [place('x'), place('y')] }), view({ due: [due('a')] }));
  assert.equal([held(next), waiting(next), next.taken], [['x#1', 'y#1'], ['a'], []]);
});

test('nobody overtakes: who waits longer moves first, also for somebody else', () => {
  const next = step(row({ held: [place('x')], waiting: [due('a')] }), view({ due: [due('b')] }));
  assert.equal([held(next), waiting(next)], [['x#1', 'a#1'], ['b']]);
});

test('while more are held than allowed, as after the number was lowered, nobody moves', () => {
  const three = row({ held: [place('x'), place('y'), place('z')] });
  const next = step(three, view({ due: [due('a')], over: new Map([['x', 1]]) }));
  assert.equal([held(next), waiting(next)], [['y#1', 'z#1'], ['a']]);
  assert.equal(held(step(next.row, view({ over: new Map([['y', 1]]) }))), ['z#1', 'a#1']);
});

test('no more move at once than whoever writes may dial; with none nobody does, and places are given back all the same', () => {
  const both = { due: [due('a'), due('b')] };
  assert.equal(held(step(row(), view({ ...both, moves: 1 }))), ['a#1']);
  const none = step(row({ held: [place('x')] }), view({ ...both, moves: 0, over: new Map([['x', 1]]) }));
  assert.equal([held(none), waiting(none)], [[], ['a', 'b']]);
});

test('what is over leaves the row, of the places and of those who wait', () => {
  const before = row({ held: [place('a'), place('b', { attempt: 2 })], waiting: [due('c')] });
  const over = new Map([
    ['a', Number.POSITIVE_INFINITY],
    ['b', 1],
    ['c', 1],
  ]);
  const next = step(before, view({ over, moves: 0 }));
  assert.equal([held(next), waiting(next)], [['b#2'], []]);
});

test('a place that is given moves the next in the same write', () => {
  const before = row({ held: [place('x'), place('y')], waiting: [due('a')] });
  assert.equal(held(step(before, view({ over: new Map([['x', 1]]) }))), ['y#1', 'a#1']);
});

test('turns are as far apart as the pace says, and none is before the last one or before a pause is over', () => {
  const three = { most: 9, due: [due('a'), due('b'), due('c')] };
  const at = (...ms: number[]) => ms.map((turnMs, index) => ['abc'[index]!, turnMs] as const);
  assert.equal(turns(step(row(), view(three))), at(0, 100, 200));
  assert.equal(turns(step(row({ nextMs: NOW + 70 }), view(three))), at(70, 170, 270));
  assert.equal(turns(step(row({ nextMs: NOW - 70 }), view(three))), at(0, 100, 200));
  assert.equal(turns(step(row({ pausedUntilMs: NOW + 400 }), view(three))), at(400, 500));
});

test('turns are given out half a second ahead, and the others wait', () => {
  const many = Array.from({ length: 9 }, (_, index) => due(`call-${index}`));
  const next = step(row(), view({ most: 20, due: many }));
  assert.is(next.taken.length, AHEAD_MS / 100 + 1);
  assert.is(next.row.waiting.length, 9 - next.taken.length);
  assert.is(turnOf(next.row, { nowMs: NOW }), NOW + 600);
});

test('the provider’s pause stands in the row, and is never made shorter', () => {
  assert.is(step(row(), view({ pauseUntilMs: NOW + 9 })).row.pausedUntilMs, NOW + 9);
  const paused = row({ pausedUntilMs: NOW + 50 });
  assert.is(step(paused, view({ pauseUntilMs: NOW + 9 })).row, paused);
});

test('a call that has to be read before it moves is asked for, and nobody moves past it', () => {
  const next = step(row(), view({ due: [due('a'), due('b')], waitsFor: (id) => (id === 'a' ? undefined : 1) }));
  assert.equal([next.ask, held(next), waiting(next)], ['a', [], ['a', 'b']]);
});

test('who does not wait for that attempt any more is dropped, and the next one moves', () => {
  for (const waitsFor of [null, 2]) {
    const next = step(
      row({ waiting: [due('a')] }),
      view({ due: [due('b')], waitsFor: (id) => (id === 'a' ? waitsFor : 1) }),
    );
    assert.equal([held(next), waiting(next)], [['b#1'], []], String(waitsFor));
  }
});

test('a repeat keeps the place of its call, with a new turn, also where there is no room', () => {
  const before = row({ held: [place('a'), place('x')], nextMs: NOW + 30 });
  const next = step(before, view({ most: 1, moves: 0, due: [due('a', 2)] }));
  assert.equal([held(next), turns(next), waiting(next)], [['x#1', 'a#2'], [['a', 30]], []]);
});

test('an attempt that has its place, or a later one has it, takes no other and waits for none', () => {
  const before = row({ held: [place('a', { attempt: 2 })] });
  for (const attempt of [1, 2]) assert.is(step(before, view({ due: [due('a', attempt)] })).row, before);
});

test('a place that was held and not begun gets a new turn, and is known to have been had by another', () => {
  const next = step(row({ held: [place('a')] }), view({ anew: new Set(['a', 'gone']) }));
  assert.equal(next.taken, [{ callSessionId: 'a', attempt: 1, turnMs: NOW, by: 'me', isShared: true }]);
});

test('a turn that one takes anew for oneself is still one’s own alone; what another had stays shared', () => {
  const again = (special: Partial<Place>) => step(row({ held: [place('a', special)] }), view({ anew: new Set(['a']) }));
  assert.is(again({ by: 'me' }).taken[0]?.isShared, false);
  assert.is(again({ by: 'me', isShared: true }).taken[0]?.isShared, true);
});

const givesUp = (special: Partial<Place>, again: Waiting | null = null, nextMs = 0) =>
  step(row({ held: [place('a', special)], nextMs }), view({ unused: new Map([['a', again]]), moves: 0 }));

test('only who alone ever had a turn gives it up unused', () => {
  assert.equal(held(givesUp({ by: 'me' })), []);
  assert.equal(held(givesUp({ by: 'me', isShared: true })), ['a#1']);
  assert.equal(held(givesUp({ by: 'other' })), ['a#1']);
});

test('who gives a turn up may leave the call to wait for whoever finds it', () => {
  assert.equal(waiting(givesUp({ by: 'me' }, due('a'))), ['a']);
  assert.equal(waiting(givesUp({ by: 'me' })), []);
});

test('the last turn is free for another if it is given up before it comes, and no other is', () => {
  const ahead = { by: 'me', turnMs: NOW + 300 };
  assert.is(givesUp(ahead, null, NOW + 400).row.nextMs, NOW + 300);
  assert.is(givesUp(ahead, null, NOW + 500).row.nextMs, NOW + 500);
  assert.is(givesUp({ by: 'me', turnMs: NOW }, null, NOW + 100).row.nextMs, NOW + 100);
});

test('a leg without a place gets one, beyond the limit too, and costs no turn', () => {
  const full = row({ held: [place('x'), place('y')], waiting: [due('a')], nextMs: 5 });
  const next = step(full, view({ legs: [{ callSessionId: 'a', attempt: 1 }] }));
  assert.equal([held(next), waiting(next), next.taken, next.row.nextMs], [['x#1', 'y#1', 'a#1'], [], [], 5]);
  assert.is(next.row.held.at(-1)?.isShared, true);
});

test('a leg whose attempt has its place, or a later one has it, gets none; a lower one is replaced', () => {
  const before = row({ held: [place('a', { attempt: 2 })] });
  for (const attempt of [1, 2]) assert.is(step(before, view({ legs: [{ callSessionId: 'a', attempt }] })).row, before);
  assert.equal(held(step(before, view({ legs: [{ callSessionId: 'a', attempt: 3 }] }))), ['a#3']);
});

test('every fourth turn is a low one’s, counted in the row', () => {
  const low: Waiting = { callSessionId: 'low', attempt: 1, part: 'low' };
  const before = row({ waiting: [due('n'), low], normals: 3 });
  const next = step(before, view({ most: 1 }));
  assert.equal([held(next), next.row.normals], [['low#1'], 0]);
});

test.run();
