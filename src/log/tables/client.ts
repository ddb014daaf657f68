import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { boundedRequests, heardDates } from '../../azure/bounded-request.ts';
import { createHttpClient } from '../../azure/http-client.ts';
import { LogError } from '../port.ts';

/** Where the tables are and how we prove who we are. A connection string may lead to a store on plain http. */
export type TablesAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

/** The two tables of a log, and the connections to them. */
export type Tables = { readonly events: TableClient; readonly register: TableClient; close(): void };

/** Of a table's name, letters and digits (learn.microsoft.com, Table service data model), without our endings. */
const PREFIX = /^[A-Za-z][A-Za-z0-9]{0,50}$/;

/** The largest page that there can be: a thousand entities, and what is stored of an entry has a third more than its 64 KiB. */
const PAGE_BYTES_MAX = 96 * 1024 ** 2;

type RequestOptions = {
  /** After which a request is given up. */
  readonly timeLimitMs: number;
  /** Hears of the date of each answer. */
  readonly heardDate: ((date: string) => void) | undefined;
};

/**
 * @param prefix of the tables' names
 * @throws TypeError for a prefix that no table's name may begin with
 * @throws LogError LOG_UNAVAILABLE for access that leads nowhere
 */
export function openTables(access: TablesAccess, prefix: string, { timeLimitMs, heardDate }: RequestOptions): Tables {
  if (!PREFIX.test(prefix)) throw new TypeError('the prefix of the tables has to be a letter, then letters and digits');
  const policies = [boundedRequests(timeLimitMs), ...(heardDate ? [heardDates(heardDate)] : [])];
  const { httpClient, close } = createHttpClient({ answerBytesMax: PAGE_BYTES_MAX });
  const options: TableServiceClientOptions = {
    // What the SDK repeats by itself after a lost answer would look like a conflict.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    httpClient,
    additionalPolicies: policies.map((policy) => ({ position: 'perCall', policy })),
    ...('connectionString' in access && { allowInsecureConnection: true }),
  };
  try {
    return {
      events: tableClient(access, `${prefix}Events`, options),
      register: tableClient(access, `${prefix}Register`, options),
      close,
    };
  } catch {
    // The SDK's message may repeat what it was given, a key among it.
    throw new LogError(
      'LOG_UNAVAILABLE',
      "the connection string of the log's tables is not one, or their endpoint no https URL",
      { hopeless: true },
    );
  }
}

function tableClient(access: TablesAccess, name: string, options: TableServiceClientOptions): TableClient {
  // A copy each: the SDK writes into what it is given.
  if ('connectionString' in access)
    return TableClient.fromConnectionString(access.connectionString, name, { ...options });
  const { protocol, href } = new URL(access.endpoint);
  if (protocol !== 'https:') throw new TypeError('a token is not sent over plain http');
  return new TableClient(href, name, access.credential, { ...options });
}
