import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDialQueue, type DialQueue } from '../../../src/app/dialling/queue.ts';
import { type CallState, holdsLeg } from '../../../src/domain/call/call.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { CONNECTION, Conversation } from '../../domain/call/conversation.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

const ONE = { concurrentCalls: 1, callsPerSecond: 1_000 };

let account: QueuesRig;
let clock: VirtualClock;

test.before.each(async () => {
  [account, clock] = [await openQueuesRig(), virtualClock()];
});
test.after.each(() => account.close());

/** What the log would tell of each call. */
const calls = new Map<string, CallState>();

type Instance = {
  readonly queue: DialQueue;
  readonly dialled: string[];
  /** A call that will be recorded as dialled here when its turn comes. */
  wants(id: string): void;
  /** A call that somebody else dials before this instance can. */
  wantsTooLate(id: string): void;
};

function open(policy = ONE): Instance {
  const { permits } = account.open({ clock, limits: policy });
  const queue = createDialQueue(clock, policy, {
    sharing: { permits, load: async (id) => calls.get(id) ?? null },
  });
  queue.start();
  const dialled: string[] = [];
  return {
    queue,
    dialled,
    wants(id) {
      queue.enqueue(id, async () => {
        dialled.push(id);
        const { state, log } = Conversation.initiated();
        tell(queue, id, state!, log);
      });
    },
    wantsTooLate: (id) => queue.enqueue(id, async () => tell(queue, id, Conversation.initiated().state!)),
  };
}

function tell(queue: DialQueue, id: string, state: CallState, recorded: readonly Recorded[] = []): void {
  calls.set(id, { ...state, callSessionId: id });
  queue.recorded({ ...state, callSessionId: id }, recorded);
}

const ended = (): CallState => Conversation.answered().disconnected().state!;

/** Time goes on in small steps, as answers of the service take their own. */
const soon = (what: string, holds: () => boolean) =>
  until(what, async () => {
    await clock.advance(100);
    return holds();
  });

async function settle(): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('a turn is never taken without asking the others', async () => {
  const { queue } = open();
  assert.is(queue.tryTurn('a'), false);
});

test('what waits is dialled when a place is free, wherever the call before was', async () => {
  const [one, other] = [open(), open()];
  one.wants('a');
  await soon('the first', () => one.dialled.length === 1);
  other.wants('b');
  await settle();
  assert.equal([other.dialled, other.queue.status().waiting], [[], 1]);
  tell(one.queue, 'a', ended());
  await soon('the second', () => other.dialled.length === 1);
});

test('the legs of others do not count twice: an instance that knows of them takes the places that are left', async () => {
  const { queue, dialled, wants } = open({ ...ONE, concurrentCalls: 2 });
  for (const id of ['x', 'y', 'z']) tell(queue, id, Conversation.answered().state!);
  assert.is(queue.status().active, 0);
  for (const id of ['a', 'b', 'c']) wants(id);
  await soon('two', () => dialled.length === 2);
  await settle();
  assert.equal(dialled, ['a', 'b']);
  assert.is(queue.status().active, 2);
});

test('a place that nobody needed, as another instance was quicker, is for the next in line', async () => {
  const { queue, dialled, wantsTooLate, wants } = open();
  for (const id of ['p', 'q', 'r']) wantsTooLate(id);
  wants('a');
  await soon('the next', () => dialled.length === 1);
  assert.is(queue.status().active, 1);
  const other = open();
  other.wants('b');
  await settle();
  assert.equal(other.dialled, []);
  tell(queue, 'a', ended());
  await soon('the place', () => other.dialled.length === 1);
});

test('a call that holds its place is dialled again in it, although all places are taken', async () => {
  const { dialled, wants, queue } = open();
  wants('a');
  await soon('the first', () => dialled.length === 1);
  wants('b');
  wants('a');
  await soon('again', () => dialled.length === 2);
  await settle();
  assert.equal([dialled, queue.status().active], [['a', 'a'], 1]);
});

test('a call that has lost its place gets another and is dialled again, although its leg may stand', async () => {
  const { dialled, wants, queue } = open();
  wants('a');
  await soon('the first', () => dialled.length === 1);
  await account.service.getQueueClient(account.names.slots).clearMessages();
  await soon('the loss', () => account.journal.some(({ fields }) => fields['code'] === 'SLOT_LOST'));
  wants('a');
  await soon('again', () => dialled.length === 2);
  assert.equal([dialled, queue.status().active], [['a', 'a'], 1]);
});

test('a call that was taken over needs a place before it is dialled again', async () => {
  const [owner, heir] = [open(), open()];
  owner.wants('a');
  await soon('the first', () => owner.dialled.length === 1);
  const uncertain = Conversation.initiated().outcome({ type: 'Unknown', reason: 'timeout' }).state!;
  assert.ok(holdsLeg(uncertain));
  tell(heir.queue, 'a', uncertain);
  heir.wants('a');
  await settle();
  assert.equal(heir.dialled, []);
  tell(owner.queue, 'a', ended());
  await soon('again', () => heir.dialled.length === 1);
});

test('an end that another instance recorded gives the place back', async () => {
  const { queue, dialled, wants } = open();
  wants('a');
  await soon('the first', () => dialled.length === 1);
  wants('b');
  calls.set('a', { ...ended(), callSessionId: 'a' });
  await soon('the next', () => dialled.length === 2);
  assert.is(queue.status().active, 1);
});

test('after 429 an instance asks for nothing before its time', async () => {
  const { queue, dialled, wants } = open({ ...ONE, concurrentCalls: 5 });
  wants('a');
  await soon('the first', () => dialled.length === 1);
  const refusal = { type: 'Rejected', status: 429, subCode: 8516, transient: true, retryAfterMs: 60_000 } as const;
  const { state, log } = Conversation.initiated().outcome(refusal);
  tell(queue, 'a', state!, [log.at(-1)!]);
  wants('b');
  await settle();
  assert.equal([dialled, queue.status().active], [['a'], 0]);
  assert.match(queue.status().paused ?? '', 'provider');
  await clock.advance(60_000);
  await soon('the next', () => dialled.length === 2);
});

test('closed while it asks, it dials nobody and keeps no place', async () => {
  const closing = open();
  closing.wants('a');
  closing.queue.close();
  const other = open();
  other.wants('b');
  await soon('the place', () => other.dialled.length === 1);
  assert.equal(closing.dialled, []);
});

test('a connected call holds its place to its end', async () => {
  const { queue, dialled, wants } = open();
  wants('a');
  await soon('the first', () => dialled.length === 1);
  const connected = Conversation.initiated().accepted({ callConnectionId: CONNECTION }).event('CallConnected');
  tell(queue, 'a', connected.state!, connected.log.slice(-2));
  wants('b');
  await settle();
  assert.equal(dialled, ['a']);
});

test.run();
