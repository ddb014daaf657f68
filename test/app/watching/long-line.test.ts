import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import { createWakeUps } from '../../../src/adapters/queues/wake-ups.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import type { PlaceStore, Telephony } from '../../../src/app/ports.ts';
import { PART_MAX } from '../../../src/domain/places/row.ts';
import { isCallStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { createMemoryQueue } from '../../simulation/memory-queue.ts';
import { createScheduler } from '../../simulation/scheduler.ts';
import { createSim } from '../../simulation/sim.ts';
import { NOBODY_URL } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

/** More than stand in the row. */
const CALLS = 130;
/** As many as there is room for. */
const LINE = 90;
/** The sweep's. */
const ROUNDS_IN_30_S = 4;
const MEMBERS = Array.from({ length: CALLS }, (_, n) => ({ memberId: `L-${n}`, phoneNumber: `+1555020${1_000 + n}` }));

let rig: Rig;
let clock: VirtualClock;
let places: PlaceStore;
let queue: ReturnType<typeof createMemoryQueue>;
/** In the order in which they were dialled. */
let dialled: string[];
/** Readings of calls in the log. */
let reads: { readonly call: string; readonly by: string }[];
let dead: Set<string>;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
  await rig.stores.members.save(MEMBERS);
  places = sharedPlaces();
  queue = createMemoryQueue({ ...createSim(1, createScheduler(0), 1), scheduler: clock }, 'calls');
  [dialled, reads, dead] = [[], [], new Set()];
});
test.after.each(async () => {
  let isClosed = false;
  const closing = rig.close().finally(() => {
    isClosed = true;
  });
  while (!isClosed) await clock.advance(100);
  await closing;
});

/** A row that is some way off: an answer takes time, as whoever has asked goes by what came before and after. */
function sharedPlaces(): PlaceStore {
  const { read, write, insert, ...rest } = createMemoryPlaces(clock);
  const later = async <T>(answer: Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => clock.after(1, resolve));
    return answer;
  };
  return {
    ...rest,
    isShared: true,
    heldMax: 1_000,
    read: (line) => later(read(line)),
    write: (line, row, etag) => later(write(line, row, etag)),
    insert: (line, row) => later(insert(line, row)),
  };
}

/** The provider takes every call. */
const taken: Telephony = {
  async send(command, { callbackUri }) {
    const call = new URL(callbackUri || NOBODY_URL).searchParams.get('call');
    if (command.type === 'PlaceCall' && call !== null) dialled.push(call);
    return { type: 'Accepted', ...(call !== null && { callConnectionId: `leg-${call}` }) };
  },
  close: async () => {},
};

function logOf(me: string): CallEventLog {
  const { log } = rig.stores;
  return {
    ...log,
    async read(stream, from) {
      if (isCallStream(stream)) reads.push({ call: stream, by: me });
      return log.read(stream, from);
    },
  };
}

/** One of several instances, with one place among them. */
function open(me: string): Promise<RunningCallApp> {
  const after: VirtualClock['after'] = (ms, task) => clock.after(ms, () => (dead.has(me) ? undefined : task()));
  return rig.start({
    log: logOf(me),
    clock: { ...clock, after },
    telephony: taken,
    places,
    wakeUps: createWakeUps(queue, queue),
    dialPolicy: { concurrentCalls: 1, callsPerSecond: 1_000 },
  });
}

async function initiate(app: RunningCallApp, members: readonly { readonly memberId: string }[]): Promise<void> {
  for (const { memberId } of members) {
    const { ok } = await app.initiate({ memberId, actor: 'coordinator:ann' });
    assert.ok(ok);
    await clock.advance(10);
  }
}

const readWhileWaiting = () => reads.filter(({ call }) => !dialled.includes(call));

/** The call that was dialled last is over, as `app` is told. */
async function end(app: RunningCallApp): Promise<void> {
  const call = dialled.at(-1)!;
  const told = (name: string) => callback(name, { callConnectionId: `leg-${call}` });
  await app.recordCallbacks(call, [told('CallConnected'), told('CallDisconnected')]);
  await app.idle();
}

test('a call that waits in a line is read by nobody but whoever has brought it, and then once, by whoever dials it', async () => {
  const [a, b, c] = [await open('a'), await open('b'), await open('c')];
  await clock.advance(10_000);
  await initiate(a, MEMBERS.slice(0, LINE));
  // So that all of them have a call that waits, and look at the row.
  await initiate(b, MEMBERS.slice(LINE, LINE + 1));
  await initiate(c, MEMBERS.slice(LINE + 1, LINE + 2));
  for (let seconds = 0; seconds < 50; seconds += 5) await clock.advance(5_000);
  assert.is(dialled.length, 1);
  assert.equal(readWhileWaiting(), []);
  for (let calls = 0; calls < 10; calls += 1) {
    await end(b);
    await clock.advance(1_000);
  }
  assert.is(dialled.length, 11);
  assert.equal(readWhileWaiting(), []);
  // The last one only for its turn; of the others their ends too, as nothing was heard of them for a while.
  assert.equal(
    reads.filter(({ call }) => call === dialled.at(-1)).map(({ by }) => by),
    ['b'],
  );
});

test('nor is one for which there is no room in the row, but for two a round, the oldest, that may be a dead one’s', async () => {
  const [a, b] = [await open('a'), await open('b')];
  await clock.advance(10_000);
  await initiate(a, MEMBERS.slice(1));
  await initiate(b, MEMBERS.slice(0, 1));
  await clock.advance(5_000);
  const began = reads.length;
  for (let calls = 0; calls < 6; calls += 1) {
    await end(b);
    await clock.advance(5_000);
  }
  assert.is(dialled.length, 7);
  const left = reads.slice(began).filter(({ call, by }) => by === 'b' && !dialled.includes(call));
  const found = [...new Set(left.map(({ call }) => call))];
  assert.ok(found.length > 0 && found.length <= 2 * ROUNDS_IN_30_S, `${found.length} were read`);
  const unread = (await rig.stores.readStore.open()).filter((call) => !reads.some((read) => read.call === call));
  const behind = unread.sort().slice(PART_MAX.normal);
  assert.ok(behind.every((call) => found.every((read) => read < call)));
});

test('the message of a call that has waited long goes with its end, and nobody is brought it afterwards', async () => {
  const [a, b] = [await open('a'), await open('b')];
  await clock.advance(10_000);
  await initiate(a, MEMBERS.slice(0, 20));
  await initiate(b, MEMBERS.slice(20, 21));
  for (let seconds = 0; seconds < 50; seconds += 5) await clock.advance(5_000);
  for (let calls = 0; calls < 10; calls += 1) {
    await end(a);
    await clock.advance(1_000);
  }
  assert.is(dialled.length, 11);
  const ended = dialled.slice(0, -1);
  assert.equal(
    ended.filter((call) => queue.texts().some((text) => text.includes(call))),
    [],
  );
  assert.is(queue.texts().length, 11, 'one of each call that is open');
});

test('calls that only the dead one knew, too many for the row, are dialled in their turn, each once', async () => {
  const [a, b] = [await open('a'), await open('b')];
  await clock.advance(10_000);
  await initiate(a, MEMBERS.slice(1));
  // So that this one has a call that waits, and looks at the row.
  await initiate(b, MEMBERS.slice(0, 1));
  await clock.advance(5_000);
  dead.add('a');
  while (dialled.length < CALLS) {
    const before = dialled.length;
    await end(b);
    for (let seconds = 0; dialled.length === before && seconds < 30; seconds += 1) await clock.advance(1_000);
    assert.is(dialled.length, before + 1, 'the next is dialled');
  }
  assert.equal(dialled, [...new Set(dialled)].sort());
});

test.run();
