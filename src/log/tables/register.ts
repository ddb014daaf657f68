import type { TableClient } from '@azure/data-tables';
import { hourOf } from '../hours.ts';
import { failureOf } from './errors.ts';
import { keyOf } from './keys.ts';
import { pages } from './reader.ts';
import { createRecent } from './recent.ts';
import { type Retry, reliably } from './retry.ts';
import { corrupt, textOf, toStored } from './rows.ts';

/** Registrations that are remembered, some 5 MB. */
const REGISTERED_MIN = 20_000;
/**
 * A walk knows so many names behind it, some 20 MB: only a stream that was registered in two hours with more than that
 * many others in between is listed twice. It is never left out.
 */
const WALKED_MIN = 100_000;

/** The register's table. Both throw LogError LOG_UNAVAILABLE. */
type Register = {
  add(stream: string, at: Date): Promise<void>;
  /** @throws LogError LOG_CORRUPT */
  streams(since: Date | undefined): AsyncGenerator<string>;
};

export function createRegister(table: TableClient, retry: Retry): Register {
  const registered = createRecent(REGISTERED_MIN);
  return {
    async add(stream, at) {
      const row = { partitionKey: hourOf(at), rowKey: keyOf(stream), Stream: toStored(stream) };
      const name = `${row.partitionKey} ${row.rowKey}`;
      if (registered.has(name)) return;
      await reliably(retry, () => createUnlessThere(table, row));
      registered.add(name);
    },
    async *streams(since) {
      const walked = createRecent(WALKED_MIN);
      const filter = since === undefined ? '' : `PartitionKey ge '${hourOf(since)}'`;
      for await (const page of pages(table, retry, filter, ['rowKey', 'Stream'])) {
        for (const { rowKey = '', Stream } of page) {
          if (walked.has(rowKey)) continue;
          walked.add(rowKey);
          const stream = textOf(Stream);
          if (stream === undefined) throw corrupt(rowKey, 0, 'has no name in the register');
          yield stream;
        }
      }
    },
  };
}

async function createUnlessThere(table: TableClient, row: { partitionKey: string; rowKey: string }): Promise<void> {
  try {
    await table.createEntity(row);
  } catch (error) {
    if (failureOf(error).kind !== 'exists') throw error;
  }
}
