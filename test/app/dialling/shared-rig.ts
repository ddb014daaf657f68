import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import { createDialLines, type DialLines } from '../../../src/app/dialling/lines.ts';
import type { DialQueueDeps } from '../../../src/app/dialling/queue.ts';
import type { PlaceStore } from '../../../src/app/ports.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import type { Place, PlacesRow } from '../../../src/domain/places/row.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { CALLER_ID } from '../../support/application.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { dialDeps } from './deps.ts';

/** What becomes of the next request for the row. */
export type Fate = 'lost-before' | 'lost-after' | 'away';

/** One of several instances, with what it has dialled. */
export type Sharer = {
  readonly queue: DialLines;
  readonly dialled: readonly string[];
  /** Calls that it looks after no longer, as another instance goes on with them. */
  readonly letGo: readonly string[];
  /** A call that is due here; it is recorded as dialled when its turn comes, unless another was quicker. Absent: of the usual line. */
  wants(id: string, line?: string): void;
  /** The same, and nothing is recorded: `settled` surely, `unknown`: perhaps. */
  wantsInVain(id: string, result: 'settled' | 'unknown'): void;
  /** Its end is recorded here. */
  ends(id: string): void;
  /** Nothing goes on in it any more, as if it were frozen. */
  dies(): void;
};

/** Instances over one row, and one log that all of them read. */
export type Shared = {
  readonly clock: VirtualClock;
  readonly log: Map<string, CallState>;
  open(me: string, special?: Partial<DialQueueDeps>): Sharer;
  /** Absent: of the usual line. */
  row(line?: string): PlacesRow | null;
  /** So that an instance finds a row from before. Absent: of the usual line. */
  put(row: PlacesRow | null, line?: string): void;
  /** As an instance does that is not here. */
  rewrite(row: PlacesRow): Promise<void>;
  /** Of the next requests of this instance, one each; `away`: of all from then on. */
  plan(me: string, fates: readonly Fate[]): void;
  requests(): number;
  /** Whose places are held, in their order. */
  held(): readonly string[];
  /** A place of another instance, of a turn that is now. */
  place(callSessionId: string, special?: Partial<Place>): Place;
  close(): Promise<void>;
};

/** One for each test of a suite, under one name. */
export function sharedForEach({ before, after }: Pick<Test, 'before' | 'after'>): Shared {
  let world: Shared;
  before.each(() => {
    world = openShared();
  });
  after.each(() => world.close());
  return new Proxy({} as Shared, { get: (_, name) => Reflect.get(world, name) });
}

const LOST = { lost: 'PLACES_UNAVAILABLE' } as const;

export function openShared(): Shared {
  const clock = virtualClock();
  let rows = createMemoryPlaces(clock);
  const written = new Map<string, PlacesRow | null>();
  let requests = 0;
  const log = new Map<string, CallState>();
  const fates = new Map<string, Fate[]>();
  const queues: DialLines[] = [];

  const asked = async <T>(me: string, effect: () => Promise<T>): Promise<T | typeof LOST> => {
    requests += 1;
    const planned = fates.get(me);
    const fate = planned?.[0] === 'away' ? 'away' : planned?.shift();
    if (fate === 'away' || fate === 'lost-before') return LOST;
    const answer = await effect();
    return fate === 'lost-after' ? LOST : answer;
  };

  const storeOf = (me: string): PlaceStore => ({
    isShared: true,
    heldMax: 1_000,
    now: clock.now,
    read: (line) => asked(me, () => rows.read(line)),
    write: (line, next, etag) =>
      asked(me, async () => {
        const answer = await rows.write(line, next, etag);
        if (answer !== 'conflict') written.set(line, next);
        return answer;
      }),
    insert: (line, next) =>
      asked(me, async () => {
        const answer = await rows.insert(line, next);
        if (answer !== 'exists') written.set(line, next);
        return answer;
      }),
  });

  const stateAs = (id: string, call: Conversation): CallState => {
    const initiate = log.get(id)?.initiate ?? call.state!.initiate;
    return { ...call.state!, callSessionId: id, initiate };
  };

  return {
    clock,
    log,
    row: (line = CALLER_ID) => written.get(line) ?? null,
    put(next, line = CALLER_ID) {
      if (!next) rows = createMemoryPlaces(clock);
      written.set(line, next);
      if (next) void rows.insert(line, next);
    },
    async rewrite(next) {
      const stored = await rows.read(CALLER_ID);
      assert.ok(stored !== 'absent' && 'etag' in stored);
      await rows.write(CALLER_ID, next, stored.etag);
      written.set(CALLER_ID, next);
    },
    plan: (me, next) => void fates.set(me, [...next]),
    requests: () => requests,
    held: () => written.get(CALLER_ID)?.held.map(({ callSessionId }) => callSessionId) ?? [],
    place(callSessionId, special = {}) {
      return { callSessionId, attempt: 1, turnMs: clock.now(), by: 'z', isShared: false, ...special };
    },
    open(me, special = {}) {
      const dialled: string[] = [];
      const letGo: string[] = [];
      let isDead = false;
      const waiting = new Map<string, () => Promise<'settled' | 'unknown'>>();
      const queue = createDialLines(
        dialDeps({
          clock: { ...clock, after: (ms, task) => clock.after(ms, () => (isDead ? undefined : task())) },
          policy: { concurrentCalls: 1, callsPerSecond: 1_000 },
          places: storeOf(me),
          me,
          load: async (id) => log.get(id) ?? null,
          takeUp(state) {
            queue.takenUp(state, 0);
            if (state.position.at === 'queued') wants(state.callSessionId);
          },
          letGo(id) {
            letGo.push(id);
            queue.letGo(id);
          },
          openCalls: async () => [...log.values()],
          ...special,
        }),
      );
      queues.push(queue);
      queue.start();
      const dial = async (id: string): Promise<'settled'> => {
        const known = log.get(id)!;
        if (known.position.at !== 'queued') queue.takenUp(known, 0);
        else {
          dialled.push(id);
          log.set(id, stateAs(id, Conversation.initiated()));
          queue.recorded(log.get(id)!, []);
        }
        return 'settled';
      };
      const due = (id: string, run: () => Promise<'settled' | 'unknown'>, callerId = CALLER_ID): void => {
        if (!log.has(id)) log.set(id, stateAs(id, new Conversation({ callerId }).initiate(false)));
        queue.takenUp(log.get(id)!, 0);
        waiting.set(id, run);
        queue.enqueue(log.get(id)!, run);
      };
      const wants = (id: string, line?: string): void => due(id, () => dial(id), line);
      return {
        queue,
        dialled,
        letGo,
        wants,
        wantsInVain: (id, result) => due(id, async () => result),
        ends(id) {
          log.set(id, stateAs(id, Conversation.answered().disconnected()));
          queue.recorded(log.get(id)!, []);
        },
        dies() {
          isDead = true;
          fates.set(me, ['away']);
        },
      };
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
