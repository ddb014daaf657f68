import type { WakeUps } from '../../app/ports.ts';
import { createQueues, type Queue, type QueueAccess } from './client.ts';
import { QueueError, type QueueErrorCode } from './error.ts';
import { createWakeUps } from './wake-ups.ts';

export type StorageQueuesOptions = {
  /** Begins the queues' names. */
  readonly prefix: string;
  /** Whether missing queues are made at their first use; false: they are an error. */
  readonly createQueues: boolean;
  /** For how long a wake-up message is the one's who received it. Default a minute. */
  readonly visitMs?: number;
  /** Called before each request to the service. */
  readonly onRequest?: () => void;
};

export type StorageQueues = {
  readonly wakeUps: WakeUps;
  /** Whether each queue is there and may be used as we use it. */
  check(): Promise<readonly QueueCheck[]>;
  close(): Promise<void>;
};

type QueueCheck = { readonly queue: string; readonly problem: QueueErrorCode | null };

export type QueueNames = { readonly calls: string; readonly poison: string };

const PROBE_MS = 60_000;

/** The queues that an application uses. */
export function queueNames(prefix: string): QueueNames {
  return { calls: `${prefix}-calls`, poison: `${prefix}-calls-poison` };
}

/**
 * The wake-up messages of all instances that share a storage account. Asks nothing of it yet: an application whose queues cannot
 * be reached starts, and says so in its health.
 * @throws QueueError QUEUE_BAD_ADDRESS
 */
export function createStorageQueues(access: QueueAccess, options: StorageQueuesOptions): StorageQueues {
  const open = createQueues(access, options);
  const names = queueNames(options.prefix);
  const [calls, poison] = [open(names.calls), open(names.poison)];
  return {
    wakeUps: createWakeUps(calls, poison, options.visitMs),
    check: () => Promise.all([calls, poison].map(checkOne)),
    close: async () => {},
  };
}

async function checkOne(queue: Queue): Promise<QueueCheck> {
  try {
    await writeProbe(queue);
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
