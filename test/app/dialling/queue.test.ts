import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import { BREAKER } from '../../../src/app/dialling/breaker.ts';
import { createDialQueue } from '../../../src/app/dialling/queue.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { CONNECTION, Conversation } from '../../domain/call/conversation.ts';
import { clockFromZero as virtualClock } from '../../support/virtual-clock.ts';
import { dialDeps } from './deps.ts';

const FAST = { concurrentCalls: 2, callsPerSecond: 1_000 };

/** A dial of which nothing comes. */
function noting(dialled: string[], id: string): () => Promise<'settled'> {
  return async () => {
    dialled.push(id);
    return 'settled';
  };
}

/** A queue, who was dialled so far, and ways to tell it what became of a call. */
function openQueue(policy = FAST, started = true) {
  const clock = virtualClock();
  const queue = createDialQueue(dialDeps({ clock, policy }));
  if (started) queue.start();
  const dialled: string[] = [];
  const asCall = (id: string, state: CallState | null): CallState => ({ ...state!, callSessionId: id });
  return {
    clock,
    queue,
    dialled,
    enqueue: (id: string) =>
      queue.enqueue(id, async () => {
        dialled.push(id);
        queue.recorded(asCall(id, Conversation.initiated().state), []);
        return 'settled';
      }),
    ends: (id: string) => queue.recorded(asCall(id, Conversation.answered().disconnected().state), []),
    fails: (id: string) => queue.recorded(asCall(id, Conversation.initiated().refused(400, false).state), []),
    throttled(id: string, retryAfterMs: number) {
      const call = Conversation.initiated().outcome({
        type: 'Rejected',
        status: 429,
        subCode: 8516,
        transient: true,
        retryAfterMs,
      });
      queue.recorded(asCall(id, call.state), [call.log.at(-1) as Recorded]);
    },
    accepted(id: string) {
      const call = Conversation.initiated().accepted({ callConnectionId: CONNECTION });
      queue.recorded(asCall(id, call.state), [call.log.at(-1) as Recorded]);
    },
  };
}

test('no more calls are held at once than allowed; the next is dialled when one ends', async () => {
  const { clock, dialled, enqueue, ends, queue } = openQueue();
  for (const id of ['a', 'b', 'c', 'd']) enqueue(id);
  await clock.advance(1_000);
  assert.equal(dialled, ['a', 'b']);
  assert.is(queue.status().waiting, 2);
  ends('a');
  await clock.advance(1_000);
  assert.equal(dialled, ['a', 'b', 'c']);
});

test('the place of a call that is set aside is given to the next, and one that waits is dialled no more', async () => {
  const { clock, dialled, enqueue, queue } = openQueue();
  for (const id of ['a', 'b', 'c', 'd', 'e']) enqueue(id);
  await clock.advance(1_000);
  queue.setAside('c');
  queue.setAside('a');
  await clock.advance(1_000);
  assert.equal(dialled, ['a', 'b', 'd']);
  assert.equal([queue.status().active, queue.status().waiting], [2, 1]);
});

test('dials keep their distance', async () => {
  const { clock, dialled, enqueue } = openQueue({ concurrentCalls: 100, callsPerSecond: 2 });
  for (let call = 0; call < 20; call += 1) enqueue(`call-${call}`);
  await clock.advance(0);
  const atOnce = dialled.length;
  assert.ok(atOnce <= 2);
  await clock.advance(5_000);
  assert.is(dialled.length, atOnce + 10);
});

for (const callsPerSecond of [0.3, 3, 7, 30, 10_000]) {
  test(`with ${callsPerSecond} calls a second nobody waits beyond the turn, though turns are no whole milliseconds`, async () => {
    const { clock, dialled, enqueue } = openQueue({ concurrentCalls: 100, callsPerSecond });
    // Whenever it begins within a millisecond.
    await clock.advance(0.6);
    for (let call = 0; call < 20; call += 1) enqueue(`call-${call}`);
    await clock.advance((19 * 1_000) / callsPerSecond + 2);
    assert.is(dialled.length, 20);
  });
}

test('a turn is put off for as long as the time of places is set back, and no longer', async () => {
  const clock = virtualClock();
  let backMs = 0;
  const places = { ...createMemoryPlaces(clock), now: () => 1_000 + clock.monotonicMs() - backMs };
  const queue = createDialQueue(dialDeps({ clock, places, policy: { concurrentCalls: 9, callsPerSecond: 10 } }));
  const dialled: string[] = [];
  queue.start();
  for (const id of ['a', 'b']) queue.enqueue(id, noting(dialled, id));
  await clock.advance(50);
  backMs = 300;
  await clock.advance(349);
  assert.equal(dialled, ['a']);
  await clock.advance(1);
  assert.equal(dialled, ['a', 'b']);
});

test('a new call takes a free turn at once, but not past those who wait', async () => {
  const { clock, queue, enqueue, ends } = openQueue({ ...FAST, concurrentCalls: 1 });
  await clock.advance(1);
  assert.is(await queue.tryTurn('a'), true);
  await clock.advance(10);
  assert.is(await queue.tryTurn('b'), false);
  queue.giveBack('a');
  enqueue('b');
  enqueue('c');
  await clock.advance(10);
  assert.is(await queue.tryTurn('d'), false);
  ends('b');
});

test('a place that came back while nobody waited is for the next new call, and for one that begins to wait', async () => {
  const { clock, dialled, enqueue, ends, queue } = openQueue();
  for (const id of ['a', 'b']) enqueue(id);
  await clock.advance(1_000);
  ends('a');
  await clock.advance(1_000);
  assert.is(await queue.tryTurn('c'), true);
  await clock.advance(1_000);
  assert.is(await queue.tryTurn('d'), false);
  ends('b');
  await clock.advance(1_000);
  enqueue('e');
  await clock.advance(1_000);
  assert.equal(dialled, ['a', 'b', 'e']);
});

test('a turn given back is for the next', async () => {
  const { clock, queue, dialled, enqueue } = openQueue({ ...FAST, concurrentCalls: 1 });
  await clock.advance(1);
  assert.is(await queue.tryTurn('a'), true);
  enqueue('b');
  await clock.advance(10);
  assert.equal(dialled, []);
  queue.giveBack('a');
  await clock.advance(10);
  assert.equal(dialled, ['b']);
});

test('a call that gives up waiting is not dialled', async () => {
  const { clock, queue, dialled, enqueue, ends } = openQueue({ ...FAST, concurrentCalls: 1 });
  enqueue('a');
  enqueue('b');
  await clock.advance(10);
  queue.leave('b');
  ends('a');
  await clock.advance(10);
  assert.equal(dialled, ['a']);
});

test('a call whose dial is being recorded keeps its turn when it is taken up once more', async () => {
  const { clock, queue, dialled, enqueue } = openQueue({ ...FAST, concurrentCalls: 1 });
  queue.enqueue('a', () => new Promise(() => {}));
  await clock.advance(10);
  enqueue('b');
  queue.leave('a');
  await clock.advance(1_000);
  assert.equal(dialled, []);
});

test('before the start nobody has a turn; then who waited is dialled, beside the legs that are held', async () => {
  const { clock, queue, dialled, enqueue, accepted } = openQueue(FAST, false);
  enqueue('a');
  enqueue('b');
  assert.is(await queue.tryTurn('c'), false);
  accepted('held');
  await clock.advance(1_000);
  assert.equal(dialled, []);
  queue.start();
  await clock.advance(1_000);
  assert.equal(dialled, ['a']);
});

test('after 429 nothing is dialled before Retry-After, and then one call fewer is held', async () => {
  const { clock, queue, dialled, enqueue, throttled } = openQueue({ ...FAST, concurrentCalls: 5 });
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) enqueue(id);
  await clock.advance(100);
  assert.is(dialled.length, 5);
  throttled('e', 30_000);
  assert.is(queue.status().limit, 4);
  assert.match(queue.status().paused ?? '', 'provider');
  await clock.advance(29_000);
  assert.is(dialled.length, 5);
});

test('the limit rises again, slowly, while the provider takes calls', async () => {
  const { clock, queue, enqueue, throttled, accepted } = openQueue({ ...FAST, concurrentCalls: 3 });
  for (const id of ['a', 'b', 'c']) enqueue(id);
  await clock.advance(100);
  throttled('c', 0);
  assert.is(queue.status().limit, 2);
  for (let call = 0; call < 20; call += 1) accepted('a');
  assert.is(queue.status().limit, 3);
  for (let call = 0; call < 100; call += 1) accepted('a');
  assert.is(queue.status().limit, 3);
});

test('a call that may already hold a leg is dialled again although all places are taken', async () => {
  const { clock, dialled, enqueue } = openQueue({ ...FAST, concurrentCalls: 1 });
  enqueue('a');
  await clock.advance(10);
  enqueue('b');
  // Its answer has not come: what it holds, it dials in again.
  enqueue('a');
  await clock.advance(10);
  assert.equal(dialled, ['a', 'a']);
});

test('call after call that fails pauses dialling, and one call tries it out afterwards', async () => {
  const { clock, queue, dialled, enqueue, fails, ends } = openQueue({ ...FAST, concurrentCalls: 100 });
  for (let call = 0; call < BREAKER.callsMin; call += 1) enqueue(`call-${call}`);
  await clock.advance(100);
  for (let call = 0; call < BREAKER.callsMin; call += 1) fails(`call-${call}`);
  for (const id of ['x', 'y', 'z']) enqueue(id);
  await clock.advance(BREAKER.pauseMs - 1_000);
  assert.is(dialled.length, BREAKER.callsMin);
  assert.match(queue.status().paused ?? '', 'failed at the provider');
  await clock.advance(2_000);
  assert.equal(dialled.slice(BREAKER.callsMin), ['x']);
  ends('x');
  await clock.advance(100);
  assert.equal(dialled.slice(BREAKER.callsMin), ['x', 'y', 'z']);
});

test('a trial that was not dialled, or that the provider refused for now, leaves the trial to the next', async () => {
  const { clock, queue, dialled, enqueue, fails, throttled } = openQueue({ ...FAST, concurrentCalls: 100 });
  for (let call = 0; call < BREAKER.callsMin; call += 1) enqueue(`call-${call}`);
  await clock.advance(100);
  for (let call = 0; call < BREAKER.callsMin; call += 1) fails(`call-${call}`);
  queue.enqueue('a-unused', noting(dialled, 'a-unused'));
  for (const id of ['b-refused', 'c-next', 'd-last']) enqueue(id);
  await clock.advance(BREAKER.pauseMs + 100);
  assert.equal(dialled.slice(BREAKER.callsMin), ['a-unused', 'b-refused']);
  throttled('b-refused', 0);
  await clock.advance(5_000);
  assert.equal(dialled.slice(BREAKER.callsMin), ['a-unused', 'b-refused', 'c-next']);
});

test('of those who wait normal calls go first, and every fourth turn is for a low one', async () => {
  const { clock, queue, dialled } = openQueue({ concurrentCalls: 100, callsPerSecond: 1 });
  const dial = (id: string) => noting(dialled, id);
  for (let call = 1; call <= 3; call += 1) queue.enqueue(`low-${call}`, dial(`low-${call}`), 'low');
  for (let call = 1; call <= 8; call += 1) queue.enqueue(`now-${call}`, dial(`now-${call}`));
  await clock.advance(20_000);
  const order = ['now-1', 'now-2', 'now-3', 'low-1', 'now-4', 'now-5', 'now-6', 'low-2', 'now-7', 'now-8', 'low-3'];
  assert.equal(dialled, order);
});

test('low calls have every turn that nobody else wants', async () => {
  const { clock, queue, dialled } = openQueue({ concurrentCalls: 100, callsPerSecond: 10 });
  for (let call = 1; call <= 9; call += 1) {
    queue.enqueue(`low-${call}`, noting(dialled, `low-${call}`), 'low');
  }
  await clock.advance(1_000);
  assert.is(dialled.length, 9);
});

test('a call that was begun goes before all who wait', async () => {
  const { clock, queue, dialled, enqueue, throttled } = openQueue({ concurrentCalls: 100, callsPerSecond: 1 });
  throttled('z-begun', 0);
  for (const id of ['a', 'b']) enqueue(id);
  queue.enqueue('z-begun', noting(dialled, 'z-begun'), 'low');
  await clock.advance(3_500);
  assert.equal(dialled.slice(0, 2), ['z-begun', 'a']);
});

test('an ended call is counted once, however often its stream is told of', async () => {
  const { clock, queue, enqueue, fails } = openQueue({ ...FAST, concurrentCalls: 100 });
  enqueue('a');
  await clock.advance(100);
  for (let time = 0; time < 10 * BREAKER.callsMin; time += 1) fails('a');
  assert.is(queue.status().paused, null);
});

test.run();
