import type { LogInspection } from '../port.ts';
import type { Tables } from './client.ts';
import { keyOf } from './keys.ts';
import { pages } from './reader.ts';
import type { Retry } from './retry.ts';
import { textOf } from './rows.ts';

/**
 * What an auditor asks of a log in Azure Tables. There are no safeguards in the store to look at: they are the rights of
 * identities, which the doctor looks at.
 */
export function inspectionOf({ events, register }: Tables, retry: Retry): LogInspection {
  return {
    oneWriter: false,
    async safeguards() {
      return [];
    },
    async *stored() {
      const names = await namesByKey();
      let last: string | undefined;
      for await (const page of pages(events, retry, '', ['partitionKey', 'rowKey'])) {
        for (const { partitionKey } of page) {
          const key = String(partitionKey);
          // Rows come in the order of their keys.
          if (key === last) continue;
          last = key;
          const stream = names.get(key);
          yield { stream: stream ?? nameOf(key), isRegistered: stream !== undefined };
        }
      }
    },
    async storedAt(stream) {
      const times = new Map<number, string>();
      const filter = `PartitionKey eq '${keyOf(stream)}'`;
      for await (const page of pages(events, retry, filter, ['rowKey', 'Timestamp'])) {
        for (const row of page) {
          const time = row['timestamp'] ?? row['Timestamp'];
          if (typeof time === 'string') times.set(Number(row.rowKey), time);
        }
      }
      return times;
    },
  };

  async function namesByKey(): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for await (const page of pages(register, retry, '', ['rowKey', 'Stream'])) {
      for (const { rowKey = '', Stream } of page) names.set(rowKey, textOf(Stream) ?? rowKey);
    }
    return names;
  }
}

/** The name that a key was made of; of one that was too long for a key, the key itself. */
function nameOf(key: string): string {
  if (key.startsWith('!!')) return key;
  const bytes = key.replaceAll(/!([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
