import type { TableClient } from '@azure/data-tables';
import { keyOf } from '../../../src/log/tables/keys.ts';
import { toRow } from '../../../src/log/tables/rows.ts';
import type { Forger } from './forger.ts';

/** A forger of a log in Azure Tables, with rights that no identity of ours has. */
export function tablesForger(
  events: TableClient,
  register: TableClient,
): Forger & { readonly register: (stream: string) => Promise<void> } {
  const remove = async (table: TableClient, filter: string): Promise<void> => {
    for await (const { partitionKey, rowKey } of table.listEntities({ queryOptions: { filter } })) {
      await table.deleteEntity(partitionKey!, rowKey!);
    }
  };
  return {
    async put(stream, entries) {
      await remove(events, `PartitionKey eq '${keyOf(stream)}'`);
      // What stands under another stream's name in its place keeps its own hash.
      for (const entry of entries) await events.createEntity(toRow({ ...entry, stream }, 'forged'));
    },
    unregister: (stream) => remove(register, `RowKey eq '${keyOf(stream)}'`),
    // Not through the log, which remembers what it has registered.
    register: async (stream) =>
      void (await register.createEntity({ partitionKey: '2026-01-01T00', rowKey: keyOf(stream), Stream: stream })),
  };
}
