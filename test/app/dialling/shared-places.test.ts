import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSharedPlaces } from '../../../src/app/dialling/shared-places.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { AGAIN_MS, memoryPermits } from './memory-permits.ts';
import { contract, dial, takeTurn } from './places-contract.ts';

const PATIENCE_MS = 120_000;

function open(most = 3) {
  const clock = virtualClock();
  const permits = memoryPermits(most);
  /** What the log would tell of each call. */
  const calls = new Map<string, CallState>();
  const told: string[] = [];
  const places = createSharedPlaces({
    permits,
    clock,
    load: async (id) => calls.get(id) ?? null,
    onLoaded: ({ callSessionId }) => void told.push(callSessionId),
  });
  return { clock, permits, places, calls, told, ask: (id: string) => places.ask?.(id) };
}

contract({ name: 'shared', open: () => open().places });

test('the leg that another instance dialled takes no place of this one', () => {
  const { places } = open();
  places.legStands('a', false);
  assert.equal([places.begun('a'), places.has('a'), places.taken(), places.legs()], [true, false, 0, 0]);
  assert.is(places.legOver('a'), null);
});

test('when the leg that is heard of is another’s, the turn here is unused: its place and its moment are for the next', async () => {
  const { places } = open();
  const place = await takeTurn(places, 'a');
  places.legStands('a', false);
  assert.equal(places.giveBack('a'), { place, moment: true });
  assert.equal([places.taken(), places.begun('a')], [0, true]);
});

test('the place of a leg that is over is handed out, to be released', async () => {
  const { places, permits } = open();
  await dial(places, 'a');
  const place = places.legOver('a');
  assert.equal([permits.free(), place?.held()], [2, true]);
  await place?.release();
  assert.is(permits.free(), 3);
});

test('a call that has its place asks for a turn alone', async () => {
  const { places, permits, ask } = open();
  await dial(places, 'a');
  assert.is(await ask('a'), 'granted');
  assert.equal(permits.asked(), { places: 1, turns: 1 });
});

test('a call that lost its place gets another, and the one that may still be renewed is released', async () => {
  const { places, permits } = open();
  await dial(places, 'a');
  permits.loseAll();
  assert.equal([places.has('a'), places.taken()], [false, 1]);
  assert.ok(await takeTurn(places, 'a'));
  assert.equal([places.has('a'), places.taken(), permits.free()], [true, 1, 2]);
});

test('a call that is over while it is dialled keeps its place until that is over too', async () => {
  const { places } = open();
  await dial(places, 'a');
  await takeTurn(places, 'a');
  assert.equal([places.legOver('a'), places.taken()], [null, 1]);
  assert.ok(places.giveBack('a')?.place);
  assert.is(places.taken(), 0);
});

test('whoever is refused is told when to ask again', async () => {
  const { places, ask } = open(1);
  await dial(places, 'a');
  assert.equal(await ask('b'), { retryAfterMs: AGAIN_MS, lost: false });
  assert.is(places.problem(), null);
});

test('when nobody can be asked dialling pauses, and that is told until somebody answers', async () => {
  const { places, permits, ask } = open();
  permits.setAway(true);
  assert.equal(await ask('a'), { retryAfterMs: AGAIN_MS, lost: true });
  assert.match(places.problem() ?? '', 'cannot be reached');
  permits.setAway(false);
  await takeTurn(places, 'a');
  assert.is(places.problem(), null);
});

test('after two minutes without the others one call at a time has a place, and a call that has one has turns', async () => {
  const { places, permits, clock, ask } = open();
  permits.setAway(true);
  await ask('a');
  await clock.advance(PATIENCE_MS - 1);
  assert.equal(await ask('a'), { retryAfterMs: AGAIN_MS, lost: true });
  await clock.advance(1);
  await dial(places, 'a');
  assert.equal(await ask('b'), { retryAfterMs: AGAIN_MS, lost: true });
  assert.is(await ask('a'), 'granted');
  await places.legOver('a')?.release();
  await dial(places, 'b');
});

test('patience begins anew with every trouble', async () => {
  const { places, permits, clock, ask } = open();
  permits.setAway(true);
  await ask('a');
  await clock.advance(PATIENCE_MS - 1);
  permits.setAway(false);
  await takeTurn(places, 'a');
  places.giveBack('a');
  permits.setAway(true);
  await ask('a');
  await clock.advance(PATIENCE_MS - 1);
  assert.equal(await ask('a'), { retryAfterMs: AGAIN_MS, lost: true });
});

test('only the calls that have a place here are looked at when nothing is heard of them', async () => {
  const { places, clock, calls, told } = open();
  for (const id of ['mine', 'heard', 'over', 'theirs']) {
    calls.set(id, { ...Conversation.answered().state!, callSessionId: id });
    if (id !== 'theirs') await dial(places, id);
  }
  places.legOver('over');
  await clock.advance(5_000);
  for (const id of ['heard', 'theirs']) places.legStands(id, false);
  await clock.advance(5_000);
  assert.equal(told, ['mine']);
});

test('closed, nobody is looked at', async () => {
  const { places, clock } = open();
  await dial(places, 'a');
  places.close();
  assert.is(clock.alarms(), 0);
});

test.run();
