import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createProjector } from '../../projections/projector/projector.ts';
import { createMemoryPlaces } from '../../src/adapters/places/memory.ts';
import { createEndedCalls } from '../../src/adapters/telemetry/ended-calls.ts';
import { BREAKER } from '../../src/app/dialling/breaker.ts';
import { createDialQueue } from '../../src/app/dialling/queue.ts';
import { startReroute } from '../../src/app/inbox/reroute.ts';
import type { PlaceStore } from '../../src/app/ports.ts';
import { createNotifier } from '../../src/app/sending/notifier.ts';
import type { CallState } from '../../src/domain/call/call.ts';
import { EVENT_GRID } from '../../src/domain/call/callback.ts';
import type { Recorded } from '../../src/domain/call/recorded.ts';
import { Conversation } from '../domain/call/conversation.ts';
import { state } from '../projections/samples.ts';
import { journalInto } from '../support/journal.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { dialDeps } from './dialling/deps.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FOR_S = 480;

/** Begins to wait, and notes whatever it does. */
type Waiter = (clock: VirtualClock, did: (what: string) => void) => void;

const SILENT = journalInto([]);
const FAILS = async (): Promise<never> => Promise.reject(new Error('away'));
const named = (id: string, call: Conversation): CallState => ({ ...call.state!, callSessionId: id });

/** A dial of which nothing comes. */
function tells(did: (what: string) => void, what: string): () => Promise<'settled'> {
  return async () => {
    did(what);
    return 'settled';
  };
}

/** Places that others share, by a time that nobody sets: the store's. */
function sharedPlaces(clock: VirtualClock): PlaceStore {
  return { ...createMemoryPlaces(clock), isShared: true };
}

/** Everything of ours that waits, other than for a call's own deadline. */
const WAITERS: Readonly<Record<string, Waiter>> = {
  'the distance between two dials'(clock, did) {
    const queue = createDialQueue(dialDeps({ clock, policy: { concurrentCalls: 100, callsPerSecond: 0.1 } }));
    queue.start();
    for (let call = 0; call < 40; call += 1) queue.enqueue(`call-${call}`, tells(did, `dials call-${call}`));
  },
  'the time that the provider asks for'(clock, did) {
    const queue = createDialQueue(dialDeps({ clock, policy: { concurrentCalls: 100, callsPerSecond: 1 } }));
    queue.start();
    const body = { type: 'Rejected', status: 429, subCode: 8516, transient: true, retryAfterMs: 200_000 } as const;
    const call = Conversation.initiated().outcome(body);
    queue.recorded(named('refused', call), [call.log.at(-1) as Recorded]);
    queue.enqueue('next', tells(did, 'dials'));
    const tell = (): void => {
      did(queue.status().paused ?? 'goes on');
      clock.after(20_000, tell);
    };
    tell();
  },
  'the pause after call upon call has failed'(clock, did) {
    const queue = createDialQueue(dialDeps({ clock, policy: { concurrentCalls: 100, callsPerSecond: 1 } }));
    queue.start();
    for (let call = 0; call < BREAKER.callsMin; call += 1) {
      queue.recorded(named(`call-${call}`, Conversation.initiated()), []);
      queue.recorded(named(`call-${call}`, Conversation.initiated().refused(400, false)), []);
    }
    queue.enqueue('next', tells(did, 'dials'));
  },
  'failures that are too long ago to count together'(clock, did) {
    const queue = createDialQueue(dialDeps({ clock, policy: { concurrentCalls: 100, callsPerSecond: 10 } }));
    queue.start();
    let calls = 0;
    const fail = (): void => {
      queue.recorded(named(`call-${calls}`, Conversation.initiated()), []);
      queue.recorded(named(`call-${calls}`, Conversation.initiated().refused(400, false)), []);
      calls += 1;
      did(queue.status().paused ?? 'goes on');
      clock.after(28_000, fail);
    };
    fail();
  },
  'a look at a place whose call nobody dials'(clock, did) {
    const load = async (id: string): Promise<null> => {
      did(`looks at ${id}`);
      return null;
    };
    const queue = createDialQueue(dialDeps({ clock, places: sharedPlaces(clock), load }));
    queue.start();
    queue.enqueue('call-1', async () => 'unknown');
  },
  'how long a row that is lost is waited for'(clock, did) {
    const read = async () => {
      did('asks for the row');
      return { lost: 'PLACES_UNAVAILABLE' };
    };
    const queue = createDialQueue(dialDeps({ clock, places: { ...sharedPlaces(clock), read } }));
    queue.start();
    queue.enqueue('call-1', async () => 'settled');
  },
  'when notices are tried again'(clock, did) {
    const due = async (): Promise<never> => {
      did('looks for notices');
      return FAILS();
    };
    const notifier = createNotifier({
      ledger: { due, mark: FAILS },
      publisher: { publish: FAILS },
      clock,
      journal: SILENT,
    });
    notifier.start();
    notifier.poke();
  },
  'when rows are tried again, and how old the oldest is'(clock, did) {
    const write = async (): Promise<never> => {
      did('writes rows');
      return FAILS();
    };
    const projector = createProjector({ store: { write }, clock, retry: { minMs: 1_000, maxMs: 30_000 } });
    projector.changed(state(1));
    const tell = (): void => {
      did(`behind by ${projector.lagMs()}`);
      clock.after(25_000, tell);
    };
    tell();
  },
  'the last word of a call that has ended'(clock, did) {
    const write = ({ callSessionId }: CallState): void => did(`traces ${callSessionId}`);
    const ended = createEndedCalls({ clock, journal: SILENT, history: async () => [], write });
    const end = (count: number): void => {
      const call = Conversation.answered().disconnected();
      ended.observe(named(`call-${count}`, call), [call.log.at(-1) as Recorded]);
      if (count < 30) clock.after(15_000, () => end(count + 1));
    };
    end(1);
  },
  'an event whose call is not known yet'(clock, did) {
    const find = async (): Promise<null> => {
      did('looks for the call');
      return null;
    };
    const quarantine = { recent: async () => [], release: async () => 'call-unknown' as const };
    const reroute = startReroute({ quarantine, find, clock, journal: SILENT });
    const receivedAt = new Date(clock.now()).toISOString();
    const waiting = {
      id: 'event-1',
      receivedAt,
      source: EVENT_GRID,
      correlationId: 'one',
      serverCallId: 'two',
    } as const;
    reroute.watch('event-grid:2026-03-02', [waiting]);
  },
};

/** What it did, and after how many seconds, while its clock was set by so much at that second. */
async function observe(waiter: Waiter, setMs: number, atS: number): Promise<string[]> {
  const clock = virtualClock();
  const did: string[] = [];
  waiter(clock, (what) => void did.push(`${clock.monotonicMs() / 1_000} ${what}`));
  await clock.advance(atS * 1_000);
  clock.jump(setMs);
  // In steps, so that what an alarm has begun comes to its end before much later ones.
  for (let goneS = atS; goneS < FOR_S; goneS += 7) await clock.advance(7_000);
  return did;
}

for (const [what, waiter] of Object.entries(WAITERS)) {
  test(`a clock that is set does not change ${what}`, async () => {
    for (const [setMs, atS] of [
      [-HOUR, 17],
      [HOUR, 17],
      [-400 * DAY, 101],
      [400 * DAY, 101],
    ] as const) {
      const undisturbed = await observe(waiter, 0, atS);
      assert.ok(undisturbed.length > 0, 'it does something');
      assert.equal(await observe(waiter, setMs, atS), undisturbed, `${setMs / HOUR} h at ${atS} s`);
    }
  });
}

test.run();
