import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDialQueue } from '../../../src/app/dialling/queue.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { type TestClock, testClock } from '../../support/virtual-time.ts';
import { AGAIN_MS, type MemoryPermits, memoryPermits } from './memory-permits.ts';

const FAST = { concurrentCalls: 3, callsPerSecond: 1_000 };
const SLOW = { concurrentCalls: 3, callsPerSecond: 0.1 };

type Opened = {
  readonly queue: ReturnType<typeof createDialQueue>;
  readonly clock: TestClock;
  readonly dialled: string[];
  /** A call that is recorded as dialled here when its turn comes. */
  wants(id: string): void;
  /** A call whose turn is not used. */
  wantsInVain(id: string): void;
  ends(id: string): void;
};

function openQueue(policy: typeof FAST, permits?: MemoryPermits): Opened {
  const clock = testClock();
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
        queue.observe({ ...begun.state!, callSessionId: id }, begun.log);
      }),
    wantsInVain: (id) => queue.enqueue(id, async () => void dialled.push(id)),
    ends: (id) => queue.observe({ ...Conversation.answered().disconnected().state!, callSessionId: id }, []),
  };
}

/** Permits whose answers come when the test lets them. */
function slowPermits(most: number) {
  const permits = memoryPermits(most);
  let answer = (): void => {};
  const acquire = async () => {
    const wait = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const permit = await permits.acquire();
    await wait;
    return permit;
  };
  return { permits: { ...permits, acquire }, letAnswer: () => answer() };
}

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
  // After a rest two start at once.
  assert.equal(dialled, ['p', 'q']);
  await clock.advance(10_000);
  assert.equal(dialled, ['p', 'q', 'r']);
});

test.run();
