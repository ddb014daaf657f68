import type { CallState } from '../../domain/call/call.ts';
import type { DialStatus } from '../../domain/dial-policy.ts';
import { createDialQueue, type DialQueue, type DialQueueDeps } from './queue.ts';
import type { Dial } from './waiting-calls.ts';

/**
 * Follows calls, and dials those that wait, each over the line that it was opened for: the setting may name another one since. The
 * provider's limits are a line's, so each has places, a pace and a breaker of its own.
 */
export type DialLines = Omit<DialQueue, 'enqueue'> & {
  /** Calls `dial` once, when it is this call's turn on its line. */
  enqueue(state: CallState, dial: Dial): void;
};

/** @param deps `line` is that of new calls; those of others are met in the log, or in none */
export function createDialLines(deps: DialQueueDeps): DialLines {
  const { breaker: _, ...ofOthers } = deps;
  const current = createDialQueue(deps);
  const queues = new Map([[deps.line, current]]);
  let isStarted = false;
  let isStopped = false;

  const of = ({ initiate }: CallState): DialQueue => {
    const line = initiate.callerId;
    const known = queues.get(line);
    if (known) return known;
    const queue = createDialQueue({ ...ofOthers, line });
    queues.set(line, queue);
    if (isStarted) queue.start();
    if (isStopped) queue.stop();
    return queue;
  };
  const each = (task: (queue: DialQueue) => void): void => {
    for (const queue of queues.values()) task(queue);
  };
  return {
    start() {
      isStarted = true;
      each(({ start }) => start());
    },
    tryTurn: current.tryTurn,
    giveBack: current.giveBack,
    enqueue: (state, dial) => of(state).enqueue(state.callSessionId, dial, state.initiate.priority),
    leave: (callSessionId) => each(({ leave }) => leave(callSessionId)),
    isNext: (callSessionId) => [...queues.values()].some(({ isNext }) => isNext(callSessionId)),
    // Which line it is of nobody can tell who has not read it.
    isBehind: (callSessionId) => [...queues.values()].some(({ isBehind }) => isBehind(callSessionId)),
    lookAgain: () => each(({ lookAgain }) => lookAgain()),
    recorded: (state, entries) => of(state).recorded(state, entries),
    takenUp: (state, graceMs) => of(state).takenUp(state, graceMs),
    letGo: (callSessionId) => each(({ letGo }) => letGo(callSessionId)),
    // Which line a call is of that nobody can read, nobody can tell.
    setAside: (callSessionId) => each(({ setAside }) => setAside(callSessionId)),
    status: () => together([...queues.values()].map(({ status }) => status())),
    stop() {
      isStopped = true;
      each(({ stop }) => stop());
    },
    async close() {
      await Promise.all([...queues.values()].map(({ close }) => close()));
    },
  };
}

/** As the line of new calls stands; who waits, what is up and what was refused is told of all of them. */
function together([current, ...others]: readonly DialStatus[]): DialStatus {
  const own = current!;
  const all = (count: (status: DialStatus) => number): number =>
    others.reduce((sum, other) => sum + count(other), count(own));
  const held = others.find(({ waiting, paused }) => waiting > 0 && paused !== null);
  const isPaused = own.paused === null && held !== undefined;
  return {
    ...own,
    waiting: all(({ waiting }) => waiting),
    active: all(({ active }) => active),
    throttled: all(({ throttled }) => throttled),
    ...(isPaused && { paused: `over an earlier line: ${held.paused}`, resumesInMs: held.resumesInMs }),
  };
}
