import { randomUUID } from 'node:crypto';
import { QueueServiceClient } from '@azure/storage-queue';
import {
  createStorageQueues,
  type QueueNames,
  queueNames,
  type StorageQueues,
  type StorageQueuesOptions,
} from '../../../src/adapters/queues/storage-queues.ts';
import type { JournalFields } from '../../../src/app/ports.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { azurite } from '../../support/azurite.ts';

type Line = { readonly fields: JournalFields; readonly message: string };

/** Queues of a test's own on the shared account, for any number of instances. */
export type Account = {
  readonly names: QueueNames;
  readonly service: QueueServiceClient;
  readonly journal: readonly Line[];
  /** What an instance opens over them. */
  open(changes?: Partial<StorageQueuesOptions> & { readonly connectionString?: string }): StorageQueues;
  close(): Promise<void>;
};

export async function openAccount(): Promise<Account> {
  const { connectionString } = await azurite();
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const opened: StorageQueues[] = [];
  const journal: Line[] = [];
  const note = (fields: JournalFields, message: string): void => void journal.push({ fields, message });
  const options: StorageQueuesOptions = {
    prefix,
    createQueues: true,
    limits: { concurrentCalls: 3, callsPerSecond: 1_000 },
    clock: systemClock,
    journal: { info: note, warn: note, error: note },
    leaseMs: 30_000,
  };
  return {
    names: queueNames(prefix),
    service: QueueServiceClient.fromConnectionString(connectionString),
    journal,
    open({ connectionString: other, ...changes } = {}) {
      const queues = createStorageQueues({ connectionString: other ?? connectionString }, { ...options, ...changes });
      opened.push(queues);
      return queues;
    },
    async close() {
      for (const queues of opened) await queues.close();
    },
  };
}

/** Asks every so often until the answer is not null; says what was in vain. */
export async function eventually<T>(what: string, ask: () => Promise<T | null>, limitMs = 20_000): Promise<T> {
  const endMs = Date.now() + limitMs;
  while (Date.now() < endMs) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`in vain waited for: ${what}`);
}
