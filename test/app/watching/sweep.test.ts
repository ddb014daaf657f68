import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows, ReadStore } from '../../../projections/ports.ts';
import type { Telephony } from '../../../src/app/ports.ts';
import { startSweep } from '../../../src/app/watching/sweep.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { hasEnded } from '../../../src/domain/call/call.ts';
import { foldStream } from '../../../src/domain/call/stream.ts';
import { isCallStream } from '../../../src/domain/streams.ts';
import { journalInto } from '../../support/journal.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const MINUTE_MS = 60_000;

let rig: Rig;
let clock: VirtualClock;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

/** Dials are never answered, and nobody knows of the call. */
const silent: Telephony = { send: async () => ({ type: 'Unknown', reason: 'timeout' }), close: async () => {} };

/** What a release writes by whose reading the calls are over. */
function endedInItsEyes(readStore: ReadStore): ReadStore {
  const ended = ({ session, responses }: CallRows): CallRows => ({
    session: { ...session, status: 'Failed', disposition: 'busy' },
    responses,
  });
  return { ...readStore, write: (calls) => readStore.write(calls.map(ended)) };
}

async function folded(id: string) {
  const { state } = foldStream(PROVIDERS, id, await rig.stream(id));
  assert.ok(state);
  return state;
}

test('a call that a row of another release calls ended, and that is open here, is found within the hour and ends', async () => {
  const other = await rig.start({ telephony: silent, readStore: endedInItsEyes(rig.stores.readStore) });
  const watching = await rig.start({ telephony: silent });
  const result = await other.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await other.idle();
  const id = result.callSessionId;
  await other.close();
  assert.not.ok(hasEnded(await folded(id)));
  assert.equal(await rig.stores.readStore.open(), []);
  for (let minutes = 0; minutes < 75 && !hasEnded(await folded(id)); minutes += 1) {
    await clock.advance(MINUTE_MS);
    await until('what was begun is done', () => watching.health().dispatching === 0);
  }
  assert.ok(hasEnded(await folded(id)));
});

test('a name behind which there is nothing is looked at twice, and not every minute', async () => {
  const { log } = rig.stores;
  const call = '0190a5a8-0000-7000-8000-000000000001';
  let reads = 0;
  const counted = {
    ...log,
    async read(stream: string, from?: number) {
      if (stream === call) reads += 1;
      return log.read(stream, from);
    },
  };
  await log.register(call, new Date(clock.now()));
  await rig.start({ telephony: silent, log: counted });
  // A start looks too.
  const atStart = reads;
  await clock.advance(30 * MINUTE_MS);
  assert.is(reads - atStart, 2);
});

/** The provider takes every call, and nothing is heard of it. */
const taken: Telephony = { send: async () => ({ type: 'Accepted', callConnectionId: 'leg-1' }), close: async () => {} };

/** The rig's log, and how often its streams of calls are read, and its register. */
function countedLog() {
  const { log } = rig.stores;
  const counts = { calls: 0, all: 0 };
  const counted = {
    ...log,
    async read(stream: string, from?: number) {
      counts.all += 1;
      if (isCallStream(stream)) counts.calls += 1;
      return log.read(stream, from);
    },
    registered(since?: Date) {
      counts.all += 1;
      return log.registered(since);
    },
  };
  return { counted, counts };
}

test('a call that another instance goes on with is not read, and one whose row stands still is taken up', async () => {
  const { counted, counts } = countedLog();
  const watching = await rig.start({ telephony: taken, log: counted });
  const other = await rig.start({ telephony: taken });
  await clock.advance(10_000);
  const result = await other.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await other.idle();
  await clock.advance(6_000);
  const event = { id: 'e-1', type: 'Microsoft.Communication.AddParticipantFailed', data: {}, raw: '{"id":"e-1"}' };
  await other.recordCallbacks(result.callSessionId, [event]);
  await other.idle();
  await clock.advance(7_500);
  assert.equal([counts.calls, watching.health().openCalls], [0, 0]);
  await clock.advance(7_500);
  assert.equal([counts.calls, watching.health().openCalls], [1, 1]);
});

test('a call that is next in a line that moves is not read, and is as soon as nobody can say so any more', async () => {
  const call = '0190a5a8-0000-7000-8000-000000000001';
  const reads: string[] = [];
  let isNext = true;
  const sweep = startSweep({
    log: rig.stores.log,
    readStore: { open: async () => [call], versions: async () => new Map([[call, 1]]) },
    recorder: {
      parked: () => [],
      takeUp: () => {},
      async load(id) {
        reads.push(id);
        return null;
      },
    },
    deadlines: { knows: () => false },
    dialQueue: { isNext: () => isNext, isBehind: () => false },
    othersWrote: () => {},
    clock,
    journal: journalInto([], () => ''),
  });
  await clock.advance(MINUTE_MS);
  assert.equal(reads, []);
  isNext = false;
  await clock.advance(7_500);
  assert.equal(reads, [call]);
  sweep.close();
});

test('an idle instance asks as little of the log after hundreds of requests that lost', async () => {
  const { counted, counts } = countedLog();
  const watching = await rig.start({ telephony: silent, log: counted });
  const rival = await rig.start({ telephony: silent });
  const asked = Array.from({ length: 490 }, (_, n) =>
    (n % 2 === 0 ? rival : watching).initiate({ memberId: 'M-1', actor: 'coordinator:ann' }),
  );
  const results = await Promise.all(asked);
  assert.is(results.filter(({ ok }) => ok).length, 1);
  for (let minutes = 0; minutes < 90; minutes += 1) await clock.advance(MINUTE_MS);
  await until('the call is over', () => watching.health().openCalls === 0);
  const before = counts.all;
  for (let minutes = 0; minutes < 10; minutes += 1) await clock.advance(MINUTE_MS);
  assert.ok(counts.all - before < 4 * 10, `${counts.all - before} in ten minutes`);
  assert.ok(counts.all > before, 'they are counted');
});

test.run();
