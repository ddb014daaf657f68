import { createHash } from 'node:crypto';
import type { DialPermits, Journal, WakeUps } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { createQueues, type Queue, type QueueAccess } from './client.ts';
import { QueueError, type QueueErrorCode } from './error.ts';
import { createPermits } from './permits.ts';
import { createTokens } from './tokens.ts';
import { createWakeUps } from './wake-ups.ts';

export type StorageQueuesOptions = {
  /** Begins the queues' names. */
  readonly prefix: string;
  /** Set where one account serves several caller numbers, E.164: each has limits of its own. Names hold a hash of it. */
  readonly callerId?: string;
  /** Whether missing queues are made at their first use; false: they are an error. */
  readonly createQueues: boolean;
  /** What all instances together may do. The same on all of them, or the number of permits never settles. */
  readonly limits: { readonly concurrentCalls: number; readonly callsPerSecond: number };
  readonly clock: Clock;
  readonly journal: Journal;
  /** From 0 to 1; `Math.random` but for tests. */
  readonly random?: () => number;
  /** After this a dead instance's permits are free again. Default a minute. */
  readonly leaseMs?: number;
  /** For how long a wake-up message is the one's who received it. Default a minute. */
  readonly visitMs?: number;
  /** Called before each request to the service. */
  readonly onRequest?: () => void;
};

export type StorageQueues = {
  readonly wakeUps: WakeUps;
  readonly permits: DialPermits;
  /** Whether each queue is there and may be used as we use it. */
  check(): Promise<readonly QueueCheck[]>;
  /** Gives back what nobody uses. Places of legs that stand are not renewed any more. */
  close(): Promise<void>;
};

type QueueCheck = { readonly queue: string; readonly problem: QueueErrorCode | null };

export type QueueNames = {
  readonly calls: string;
  readonly poison: string;
  readonly slots: string;
  readonly rate: string;
};

const LEASE_MS = 60_000;
const PROBE_MS = 60_000;

/** The queues that an application uses. */
export function queueNames(prefix: string, callerId?: string): QueueNames {
  const scope = callerId ? `-${createHash('sha256').update(callerId).digest('hex').slice(0, 10)}` : '';
  return {
    calls: `${prefix}-calls`,
    poison: `${prefix}-calls-poison`,
    slots: `${prefix}-slots${scope}`,
    rate: `${prefix}-rate${scope}`,
  };
}

/**
 * The dial permits and wake-up messages of all instances that share a storage account. Asks nothing of it yet: an
 * application whose queues cannot be reached starts, and says so in its health.
 * @throws QueueError QUEUE_BAD_ADDRESS
 */
export function createStorageQueues(access: QueueAccess, options: StorageQueuesOptions): StorageQueues {
  const { clock, journal, limits, leaseMs = LEASE_MS, random = Math.random } = options;
  const open = createQueues(access, options);
  const names = queueNames(options.prefix, options.callerId);
  const [calls, poison, slots, rate] = [open(names.calls), open(names.poison), open(names.slots), open(names.rate)];
  const { turns, turnMs } = turnsOf(limits.callsPerSecond);
  const permits = createPermits({
    slots: createTokens(slots, limits.concurrentCalls),
    slotQueue: slots,
    rate: createTokens(rate, turns),
    turnMs,
    leaseMs,
    clock,
    random,
    journal,
  });
  return {
    permits,
    wakeUps: createWakeUps(calls, poison, options.visitMs),
    check: () =>
      Promise.all([
        checkOne(calls, writeProbe),
        checkOne(poison, writeProbe),
        // A probe among the permits would be taken for one too many.
        checkOne(slots, (queue) => queue.count()),
        checkOne(rate, (queue) => queue.count()),
      ]),
    close: () => permits.close(),
  };
}

/**
 * How many turns there are and for how long each is taken, in whole seconds as the service counts: never more than
 * `callsPerSecond`, exactly that for whole numbers.
 */
export function turnsOf(callsPerSecond: number): { readonly turns: number; readonly turnMs: number } {
  const turns = Math.max(1, Math.floor(callsPerSecond));
  return { turns, turnMs: Math.ceil(turns / callsPerSecond) * 1_000 };
}

async function checkOne(queue: Queue, probe: (queue: Queue) => Promise<unknown>): Promise<QueueCheck> {
  try {
    await probe(queue);
    return { queue: queue.name, problem: null };
  } catch (error) {
    if (error instanceof QueueError) return { queue: queue.name, problem: error.code };
    throw error;
  }
}

/** Writes, changes and deletes a message that nobody sees. */
async function writeProbe(queue: Queue): Promise<void> {
  await queue.count();
  const sent = await queue.send('{}', PROBE_MS, true);
  const changed = await queue.update(sent, PROBE_MS);
  await queue.remove(changed ?? sent);
}
