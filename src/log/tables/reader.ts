import type { TableClient } from '@azure/data-tables';
import type { Entry } from '../../domain/entries.ts';
import { keyOf, rowKeyOf } from './keys.ts';
import { type Retry, reliably } from './retry.ts';
import { corrupt, ENTRY_COLUMNS, type StoredRow, toEntry } from './rows.ts';

/** What the service gives at once, at most. */
const PAGE_ROWS = 1_000;

/** The events' table, read. All throw LogError LOG_UNAVAILABLE. */
export type Reader = {
  /** @throws LogError LOG_CORRUPT when a version is missing, or something of an entry */
  entries(stream: string, fromVersion: number): Promise<Entry[]>;
  /** One property of one row; undefined when there is no such row. */
  property(stream: string, version: number, name: 'Hash' | 'WriteId'): Promise<unknown>;
};

export function createReader(events: TableClient, retry: Retry): Reader {
  return {
    async entries(stream, fromVersion) {
      const first = Math.max(fromVersion, 1);
      const filter = `PartitionKey eq '${keyOf(stream)}' and RowKey ge '${rowKeyOf(first)}'`;
      const entries: Entry[] = [];
      for await (const page of pages(events, retry, filter, ENTRY_COLUMNS)) {
        for (const row of page) {
          const version = first + entries.length;
          if (row.rowKey !== rowKeyOf(version)) throw corrupt(stream, version, 'is missing');
          entries.push(toEntry(stream, version, row));
        }
      }
      return entries;
    },
    async property(stream, version, name) {
      const filter = `PartitionKey eq '${keyOf(stream)}' and RowKey eq '${rowKeyOf(version)}'`;
      for await (const [row] of pages(events, retry, filter, ['rowKey', name])) if (row) return row[name];
      return undefined;
    },
  };
}

/**
 * The rows that match, in the order of their keys. A page may be empty and not the last.
 * @param filter OData; keys need no quoting in it
 */
export async function* pages(
  table: TableClient,
  retry: Retry,
  filter: string,
  select: string[],
): AsyncGenerator<readonly StoredRow[]> {
  let continuationToken: string | undefined;
  do {
    const settings = { maxPageSize: PAGE_ROWS, ...(continuationToken !== undefined && { continuationToken }) };
    const queryOptions = { select, ...(filter !== '' && { filter }) };
    const { value } = await reliably(retry, () =>
      table.listEntities<Record<string, unknown>>({ queryOptions }).byPage(settings).next(),
    );
    const page: (StoredRow[] & { continuationToken?: string }) | undefined = value;
    yield page ?? [];
    continuationToken = page?.continuationToken;
  } while (continuationToken !== undefined);
}
