import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Priority } from '../../domain/call/bodies.ts';
import type { DialStatus } from '../../domain/dial-policy.ts';
import { turnOf } from '../../domain/places/step.ts';
import type { Follower } from '../recording/followers.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { DialDeps, Dialling } from './dialling.ts';
import { learn, learnParked } from './learning.ts';
import { mostOf, notePlaceless } from './log-looks.ts';
import { isBehind, isNext } from './look-times.ts';
import { poke } from './pass.ts';
import { atTurn, giveUp } from './turns.ts';
import { createWaitingCalls, type Dial, partOf } from './waiting-calls.ts';

/** Follows calls, and dials those that wait when their turn comes. */
export type DialQueue = Required<Follower> & {
  /** Begins to dial. Until then nobody has a turn: after a start the calls that hold legs must be known first. */
  start(): void;
  /**
   * Takes a turn for a new call at once, if there is one and nobody waits for it. To be followed by `recorded` or
   * `giveBack`. Never when other instances share the places: then the call waits like any other.
   */
  tryTurn(callSessionId: string): Promise<boolean>;
  /** Calls `dial` once, when it is this call's turn. */
  enqueue(callSessionId: string, dial: Dial, priority?: Priority): void;
  /** Gives up a turn that was taken and is not used. */
  giveBack(callSessionId: string): void;
  /** Gives up the wait for a turn; a turn that was taken is given back by whoever took it. */
  leave(callSessionId: string): void;
  /** Whether others, too, have a call dialled that waits: it is among the next of a line that moves. */
  isNext(callSessionId: string): boolean;
  /** Whether a call that waits need not be known here yet: it stands behind the next of a long line that moves. */
  isBehind(callSessionId: string): boolean;
  /** Looks whether somebody may be dialled now: what has held calls back may be over. */
  lookAgain(): void;
  status(): DialStatus;
  /** Nobody is dialled from now on; places go on being given back. */
  stop(): void;
  /** Resolves when nothing is being read or written any more. */
  close(): Promise<void>;
};

export type DialQueueDeps = DialDeps & {
  /** The caller number that places are counted for, E.164. */
  readonly line: string;
  readonly breaker?: Breaker;
};

/**
 * Paces dialling. Nothing in it has to survive: who waits stands in the log as an open call with a deadline, and comes
 * back here when the process starts again; who holds a place stands in the row of the line.
 *
 * The adaptive limit and the breaker are each instance's own: they judge by what it has seen itself.
 */
export function createDialQueue(deps: DialQueueDeps): DialQueue {
  const dialling = assemble(deps);
  const { waiting, turns, known, places } = dialling;
  let isStopped = false;
  let isStarted = false;
  let tried: Promise<unknown> = Promise.resolve();
  /** Who begins a call that has one turn: the same request may come several times at once. */
  const users = new Map<string, number>();
  const dueNow = (callSessionId: string): void => {
    if (turns.has(callSessionId)) atTurn(dialling, callSessionId);
    else if (dialling.isOpen) dialling.poke();
  };
  const stop = (): void => {
    isStopped = true;
    dialling.isOpen = false;
    waiting.clear();
    for (const { place, isUnderWay } of [...turns.values()]) if (!isUnderWay) giveUp(dialling, place);
    // What could wait for a better moment has none any more.
    if (isStarted && dialling.over.size > 0) dialling.poke();
  };
  return {
    start() {
      // Whoever waited for the calls to be known may come to it late.
      if (isStopped) return;
      isStarted = true;
      dialling.isOpen = true;
      dialling.poke();
    },
    tryTurn(callSessionId) {
      const trying = tried.then(() => tryTurn(dialling, callSessionId));
      tried = trying;
      return trying.then((hasTurn) => {
        if (hasTurn) users.set(callSessionId, (users.get(callSessionId) ?? 0) + 1);
        return hasTurn;
      });
    },
    enqueue(callSessionId, dial, priority = 'normal') {
      if (isStopped) return;
      const attempt = (known.get(callSessionId)?.standing.dials ?? 0) + 1;
      waiting.join({ callSessionId, attempt, part: partOf(attempt, priority) }, dial);
      // Its last turn came to nothing here, and its place was kept.
      if (hasIdlePlace(dialling, callSessionId, attempt)) dialling.anew.add(callSessionId);
      dueNow(callSessionId);
    },
    giveBack(callSessionId) {
      const left = (users.get(callSessionId) ?? 1) - 1;
      if (left > 0) users.set(callSessionId, left);
      else users.delete(callSessionId);
      const turn = turns.get(callSessionId);
      if (turn && left <= 0) giveUp(dialling, turn.place);
    },
    leave: waiting.leave,
    isNext: (callSessionId) => isNext(dialling, callSessionId),
    isBehind: (callSessionId) => isBehind(dialling, callSessionId),
    lookAgain() {
      if (isStarted) dialling.poke();
    },
    recorded(state, entries) {
      if (learn(dialling, state, entries) && isStarted && (places.isShared || isWanted(dialling))) dialling.poke();
    },
    takenUp(state) {
      const isFree = learn(dialling, state, []);
      if (!places.isShared) notePlaceless(dialling, state.callSessionId);
      // Whoever has recorded it gives its place back.
      if (isStarted && ((isFree && isWanted(dialling)) || dialling.placeless.size > 0)) dialling.poke();
    },
    letGo(callSessionId) {
      waiting.leave(callSessionId);
      known.delete(callSessionId);
    },
    setAside(callSessionId) {
      learnParked(dialling, callSessionId);
      if (isStarted) dialling.poke();
    },
    status: () => statusOf(dialling),
    stop,
    async close() {
      stop();
      while (dialling.running) await dialling.running;
      dialling.callOff();
    },
  };
}

/**
 * Whether the row is to be changed for what was learnt. That places came back is put into it when somebody wants one: a change takes
 * as long as there are places.
 */
function isWanted({ waiting, over, stored, pauseUntilMs }: Dialling): boolean {
  return waiting.size() > 0 || over.size > OVER_MAX || pauseUntilMs > (stored?.row.pausedUntilMs ?? 0);
}

function hasIdlePlace({ stored, turns, me }: Dialling, callSessionId: string, attempt: number): boolean {
  if (turns.has(callSessionId)) return false;
  const place = stored?.row.held.find((held) => held.callSessionId === callSessionId);
  return place?.by === me && place.attempt === attempt;
}

async function tryTurn(dialling: Dialling, callSessionId: string): Promise<boolean> {
  const { places, waiting, turns } = dialling;
  if (places.isShared) return false;
  if (dialling.over.size > 0) dialling.poke();
  // In memory that is no time.
  while (dialling.running) await dialling.running;
  const { stored, isOpen } = dialling;
  if (turns.get(callSessionId)?.isUnderWay) return isOpen;
  if (!isOpen || !stored || waiting.size() > 0) return false;
  const nowMs = places.now();
  const isFree = stored.row.held.length < mostOf(dialling) && stored.row.waiting.length === 0;
  // Time is told in whole milliseconds.
  if (!isFree || turnOf(stored.row, { nowMs }) >= nowMs + 1) return false;
  // It is dialled in the write that begins it, not by an alarm.
  waiting.join({ callSessionId, attempt: 1, part: 'normal' }, async () => 'settled');
  dialling.poke();
  await dialling.running;
  waiting.leave(callSessionId);
  const turn = turns.get(callSessionId);
  if (!turn) return false;
  turn.callOff();
  turn.isUnderWay = true;
  return true;
}

function assemble({ breaker = createBreaker(), ...deps }: DialQueueDeps): Dialling {
  const dialling: Dialling = {
    ...deps,
    waiting: createWaitingCalls(),
    limit: createAdaptiveLimit(deps.policy.concurrentCalls),
    breaker,
    known: new Map(),
    legs: new Set(),
    turns: new Map(),
    over: new Map(),
    placeless: new Set(),
    anew: new Set(),
    unused: new Map(),
    seen: new Map(),
    seenMs: 0,
    had: createBoundedMap<true>(HAD_MAX),
    doubtful: createBoundedMap<number>(HAD_MAX),
    pauseUntilMs: 0,
    stored: null,
    storedMs: 0,
    othersMs: 0,
    crowd: 0,
    wroteMs: Number.NEGATIVE_INFINITY,
    change: null,
    lookedMs: Number.NEGATIVE_INFINITY,
    etag: null,
    lost: null,
    lostInARow: 0,
    isOpen: false,
    running: null,
    isPoked: false,
    poke: () => poke(dialling),
    callOff() {},
  };
  return dialling;
}

/** Ends are kept in mind for so many calls before the row is looked at. */
const OVER_MAX = 500;
/** Turns that are remembered: many times what an instance can have at once. */
const HAD_MAX = 10_000;

function statusOf(dialling: Dialling): DialStatus {
  const { policy, clock, waiting, limit, breaker, held, lost, legs } = dialling;
  const nowMs = clock.monotonicMs();
  const slowed = nowMs < limit.pausedUntilMs() ? 'the provider asked to wait' : null;
  const open = breaker.pause();
  const away = lost === null ? null : `the places of calls cannot be reached: ${lost}`;
  const paused = held() ?? open?.reason ?? away ?? slowed ?? setAside(dialling);
  const untilMs = Math.max(open?.untilMs ?? 0, limit.pausedUntilMs());
  return {
    waiting: waiting.size(),
    most: policy.concurrentCalls,
    callsPerSecond: policy.callsPerSecond,
    throttled: limit.refusals(),
    active: legs.size,
    limit: limit.current(),
    paused,
    resumesInMs: paused !== null && untilMs > nowMs ? untilMs - nowMs : null,
  };
}

/** Nobody hears of the end of a call that is set aside: its place comes back when somebody gives it up, or after the longest call. */
function setAside(dialling: Dialling): string | null {
  const { stored, known } = dialling;
  const held = stored?.row.held ?? [];
  const isStuck =
    held.length >= mostOf(dialling) && held.every(({ callSessionId }) => known.get(callSessionId)?.isParked);
  return isStuck ? 'calls that are set aside hold all places' : null;
}
