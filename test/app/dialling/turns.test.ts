import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDialQueue } from '../../../src/app/dialling/queue.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { AGAIN_MS, type MemoryPermits, memoryPermits } from './memory-permits.ts';

const FAST = { concurrentCalls: 3, callsPerSecond: 1_000 };
const SLOW = { concurrentCalls: 3, callsPerSecond: 0.1 };

type Opened = {
  readonly queue: ReturnType<typeof createDialQueue>;
  readonly clock: VirtualClock;
  readonly dialled: string[];
  /** A call that is recorded as dialled here when its turn comes. */
  wants(id: string): void;
  /** A call whose turn is not used. */
  wantsInVain(id: string): void;
  ends(id: string): void;
};

function openQueue(policy: typeof FAST, permits?: MemoryPermits): Opened {
  const clock = virtualClock();
  const sharing = permits && { permits, load: async () => null };
  const queue = createDialQueue(clock, policy, { ...(sharing && { sharing }) });
  queue.start();
  const dialled: string[] = [];
  const begun = Conversation.initiated();
  return {
    queue,
    clock,
    dialled,
    wants: (id) =>
      queue.enqueue(id, async () => {
        dialled.push(id);
        queue.recorded({ ...begun.state!, callSessionId: id }, begun.log);
      }),
    wantsInVain: (id) => queue.enqueue(id, async () => void dialled.push(id)),
    ends: (id) => queue.recorded({ ...Conversation.answered().disconnected().state!, callSessionId: id }, []),
  };
}

/** Permits whose answers come when the test lets them. */
function slowPermits(most: number) {
  const permits = memoryPermits(most);
  let answer = (): void => {};
  const late = async <T>(asked: Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return asked;
  };
  const slow = { ...permits, acquire: () => late(permits.acquire()), turn: () => late(permits.turn()) };
  return { permits: slow, letAnswer: () => answer() };
}

test('with others about, no turn is taken without asking them', () => {
  const { queue } = openQueue(FAST, memoryPermits(3));
  assert.is(queue.tryTurn('a'), false);
});

test('with others about, a place is for whoever is next when the answer comes', async () => {
  const { permits, letAnswer } = slowPermits(1);
  const { queue, clock, dialled, wants } = openQueue(FAST, permits);
  for (const id of ['a', 'b']) wants(id);
  queue.leave('a');
  letAnswer();
  await clock.advance(10);
  assert.equal(dialled, ['b']);
});

test('with others about, a place that comes when nobody waits any more is given back', async () => {
  const { permits, letAnswer } = slowPermits(1);
  const { queue, clock, dialled, wants } = openQueue(FAST, permits);
  wants('a');
  queue.leave('a');
  assert.is(permits.free(), 0);
  letAnswer();
  await clock.advance(10);
  assert.equal([dialled, permits.free()], [[], 1]);
});

test('with others about, a place that comes when the next has one already is given back', async () => {
  const { permits, letAnswer } = slowPermits(2);
  const { clock, dialled, wants } = openQueue(FAST, permits);
  wants('a');
  letAnswer();
  await clock.advance(10);
  wants('b');
  wants('a');
  letAnswer();
  await clock.advance(10);
  assert.equal([dialled, permits.free(), permits.asked()], [['a'], 1, { places: 2, turns: 1 }]);
  letAnswer();
  await clock.advance(10);
  assert.equal(dialled, ['a', 'a']);
});

test('with others about, a turn that comes when its call has left is for nobody', async () => {
  const { permits, letAnswer } = slowPermits(1);
  const { queue, clock, dialled, wants } = openQueue(FAST, permits);
  wants('a');
  letAnswer();
  await clock.advance(10);
  wants('a');
  queue.leave('a');
  wants('b');
  letAnswer();
  await clock.advance(10);
  assert.equal(dialled, ['a']);
});

test('with others about, a call that lost its place asks for one, although all places here are taken', async () => {
  const permits = memoryPermits(2);
  const { clock, dialled, wants } = openQueue({ ...FAST, concurrentCalls: 1 }, permits);
  wants('a');
  await clock.advance(10);
  permits.loseAll();
  wants('a');
  await clock.advance(10);
  assert.equal([dialled, permits.asked().places], [['a', 'a'], 2]);
});

test('with others about, a call that has its place does not wait behind one that can only get this very place', async () => {
  const { queue, clock, dialled, wants } = openQueue(FAST, memoryPermits(1));
  wants('a');
  await clock.advance(10);
  queue.recorded({ ...Conversation.initiated().state!, callSessionId: 'b' }, []);
  wants('b');
  await clock.advance(10);
  wants('a');
  await clock.advance(2 * AGAIN_MS);
  assert.equal(dialled, ['a', 'a']);
});

test('with others about, they are asked one question at a time', async () => {
  const { permits } = slowPermits(3);
  const { clock, wants } = openQueue(FAST, permits);
  for (const id of ['a', 'b', 'c']) wants(id);
  await clock.advance(5_000);
  assert.is(permits.asked().places, 1);
});

test('with others about, a refusal is waited out, unless a place of its own is free before', async () => {
  const permits = memoryPermits(1);
  const { clock, dialled, wants, ends } = openQueue(FAST, permits);
  wants('a');
  await clock.advance(10);
  wants('b');
  await clock.advance(10);
  const { places } = permits.asked();
  await clock.advance(AGAIN_MS - 100);
  assert.is(permits.asked().places, places, 'nobody is asked meanwhile');
  ends('a');
  await clock.advance(10);
  assert.equal(dialled, ['a', 'b']);
});

test('with others about, the place and the moment of a turn that nobody used are for the next', async () => {
  const permits = memoryPermits(1);
  const { clock, dialled, wants, wantsInVain } = openQueue(SLOW, permits);
  for (const id of ['p', 'q', 'r']) wantsInVain(id);
  wants('a');
  await clock.advance(10);
  assert.equal([dialled, permits.free()], [['p', 'q', 'r', 'a'], 0]);
});

test('alone, the next keeps its distance also to a turn that nobody used', async () => {
  const { clock, dialled, wantsInVain } = openQueue(SLOW);
  for (const id of ['p', 'q', 'r']) wantsInVain(id);
  await clock.advance(10);
  assert.equal(dialled, ['p']);
  await clock.advance(10_000);
  assert.equal(dialled, ['p', 'q']);
  await clock.advance(10_000);
  assert.equal(dialled, ['p', 'q', 'r']);
});

test('that the others cannot be reached is told while somebody waits for them', async () => {
  const permits = memoryPermits(1);
  permits.setAway(true);
  const { queue, clock, wants } = openQueue(FAST, permits);
  wants('a');
  await clock.advance(10);
  assert.match(queue.status().paused ?? '', 'cannot be reached');
  queue.leave('a');
  assert.is(queue.status().paused, null);
});

test('closed, nobody waits, nothing is looked at and nobody is dialled any more', async () => {
  const { queue, clock, dialled, wants } = openQueue(FAST, memoryPermits(3));
  wants('a');
  await clock.advance(10);
  wants('b');
  queue.close();
  queue.start();
  assert.equal([queue.status().waiting, clock.alarms()], [0, 0]);
  wants('c');
  await clock.advance(5_000);
  assert.equal(dialled, ['a']);
});

test.run();
