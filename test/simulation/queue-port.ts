import type { Queue } from '../../src/adapters/queues/client.ts';
import { QueueError } from '../../src/adapters/queues/error.ts';
import { createPermits } from '../../src/adapters/queues/permits.ts';
import { turnsOf } from '../../src/adapters/queues/storage-queues.ts';
import { createTokens } from '../../src/adapters/queues/tokens.ts';
import { createWakeUps } from '../../src/adapters/queues/wake-ups.ts';
import type { DialPermits, DialRefusal, Journal, WakeUps } from '../../src/app/ports.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { DialPolicy } from '../../src/domain/dial-policy.ts';
import { isDown } from './down.ts';
import { createMemoryQueue, type MemoryQueue } from './memory-queue.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The queues that all instances of one world share. */
export type SimQueues = {
  readonly calls: MemoryQueue;
  readonly poison: MemoryQueue;
  readonly slots: MemoryQueue;
  readonly rate: MemoryQueue;
  /** Whether every place in somebody's hands has been renewed so far, and nobody was cut off for long. */
  sound: boolean;
};

/** What one life of an instance has of them. */
export type QueuePorts = {
  readonly wakeUps: WakeUps;
  readonly permits: DialPermits;
  close(): Promise<void>;
};

/** As long as those of the application. */
const LEASE_MS = 60_000;
/** Of all worlds with queues. */
const LEFT_OVER_RATE = 0.3;
/** Fewer than come in the time after which an instance that is cut off dials on its own. */
const LOST_MAX = 8;

/** Nothing is in them but, in some worlds, places from a time when more calls might be held at once. */
export function createSimQueues(sim: Sim): SimQueues {
  const open = (name: string): MemoryQueue => createMemoryQueue(sim, name);
  const slots = open('slots');
  const leftOver = sim.hit('slots-left-over', LEFT_OVER_RATE) ? sim.between('slots-left-over-count', 1, 4) : 0;
  for (let count = 1; count <= leftOver; count += 1) void slots.send('', 0, false);
  return { calls: open('calls'), poison: open('poison'), slots, rate: open('rate'), sound: true };
}

/** The real wake-ups and dial permits over queues in memory, as one life of an instance reaches them. */
export function queuePorts(
  sim: Sim,
  life: Life,
  queues: SimQueues,
  { concurrentCalls, callsPerSecond }: DialPolicy,
  { clock, journal }: { readonly clock: Clock; readonly journal: Journal },
): QueuePorts {
  const [slots, rate] = [slotQueue(queues, faultyQueue(sim, life, queues.slots)), faultyQueue(sim, life, queues.rate)];
  const { turns, turnMs } = turnsOf(callsPerSecond);
  const permits = createPermits({
    slots: createTokens(slots, concurrentCalls),
    slotQueue: slots,
    rate: createTokens(rate, turns),
    turnMs,
    leaseMs: LEASE_MS,
    clock,
    random: sim.random(`permits|${life.name}`),
    journal,
  });
  const wakeUps = createWakeUps(faultyQueue(sim, life, queues.calls), faultyQueue(sim, life, queues.poison));
  return { permits: watched(queues, permits), wakeUps, close: permits.close };
}

/** Notes when an instance is cut off. */
function watched(queues: SimQueues, permits: DialPermits): DialPermits {
  let lostInARow = 0;
  const note = <T>(answer: T | DialRefusal): T | DialRefusal => {
    const isLost = typeof answer === 'object' && answer !== null && 'lost' in answer && answer.lost;
    lostInARow = isLost ? lostInARow + 1 : 0;
    if (lostInARow > LOST_MAX) queues.sound = false;
    return answer;
  };
  return { acquire: async () => note(await permits.acquire()), turn: async () => note(await permits.turn()) };
}

/** Notes when a place could not be renewed. */
function slotQueue(queues: SimQueues, queue: Queue): Queue {
  return {
    ...queue,
    async update(message, hiddenMs, text) {
      try {
        return await queue.update(message, hiddenMs, text);
      } catch (error) {
        queues.sound = false;
        throw error;
      }
    },
  };
}

/** A queue over a network that loses requests and answers, with minutes in which nobody reaches it. */
function faultyQueue(sim: Sim, life: Life, queue: Queue): Queue {
  const call = <T>(what: string, effect: () => Promise<T>): Promise<T> =>
    callPort(sim, life, `queue.${what}`, async () => {
      const away = isDown(sim, 'queue-down', sim.faults.queueDown);
      const [before, after] = [
        sim.hit('queue-lost-before', sim.faults.queueLostBefore),
        sim.hit('queue-lost-after', sim.faults.queueLostAfter),
      ];
      if (away || before) throw lost(queue.name);
      const answer = await effect();
      if (after) throw lost(queue.name);
      return answer;
    });
  return {
    name: queue.name,
    send: (text, delayMs, expires) => call('send', () => queue.send(text, delayMs, expires)),
    receive: (most, hiddenMs) => call('receive', () => queue.receive(most, hiddenMs)),
    update: (message, hiddenMs, text) => call('update', () => queue.update(message, hiddenMs, text)),
    remove: (message) => call('remove', () => queue.remove(message)),
    count: () => call('count', () => queue.count()),
  };
}

function lost(name: string): QueueError {
  return new QueueError('QUEUE_UNAVAILABLE', `queue ${name}: QUEUE_UNAVAILABLE`);
}
