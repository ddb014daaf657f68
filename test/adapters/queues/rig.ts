import { randomUUID } from 'node:crypto';
import { QueueServiceClient } from '@azure/storage-queue';
import {
  createStorageQueues,
  type QueueNames,
  queueNames,
  type StorageQueues,
  type StorageQueuesOptions,
} from '../../../src/adapters/queues/storage-queues.ts';
import { azurite } from '../../support/azurite.ts';

/** Queues of a test's own on the shared account, for any number of instances. */
export type QueuesRig = {
  readonly names: QueueNames;
  readonly service: QueueServiceClient;
  /** What an instance opens over them. */
  open(changes?: Partial<StorageQueuesOptions> & { readonly connectionString?: string }): StorageQueues;
  close(): Promise<void>;
};

export async function openQueuesRig(): Promise<QueuesRig> {
  const { connectionString } = await azurite();
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const opened: StorageQueues[] = [];
  const options: StorageQueuesOptions = {
    prefix,
    createQueues: true,
  };
  return {
    names: queueNames(prefix),
    service: QueueServiceClient.fromConnectionString(connectionString),
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
