import { createHmac } from 'node:crypto';
import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import type { PlaceStore, PlacesLost } from '../../app/ports.ts';
import { boundedRequests } from '../../azure/bounded-request.ts';
import { createHttpClient } from '../../azure/http-client.ts';
import type { Clock } from '../../base/clock.ts';
import { CodedError } from '../../base/coded-error.ts';
import { HELD_MAX, type PlacesProperties, readRow, toProperties } from './properties.ts';

type TablesAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

export type TablesPlacesOptions = {
  /** Letters and digits before `Dialling`, as before the log's tables. */
  readonly prefix: string;
  /** Creates a table that is not there; the role of the application in production must not. */
  readonly createTables: boolean;
  readonly clock: Pick<Clock, 'now'>;
  /** For one request, in milliseconds, with its token. Default: 5 s. */
  readonly timeLimitMs?: number;
};

/** An answer that comes later is none: while one is waited for this instance dials nobody. */
const TIME_LIMIT_MS = 5_000;
/** The largest row. */
const ANSWER_BYTES_MAX = 4 * 1024 ** 2;
const ROW_KEY = 'places';

/**
 * The rows of all instances that share an account's tables. A row is read, inserted, and changed under the tag that was read,
 * never anything else, so a role with `entities/read`, `entities/add/action` and `entities/update/action` at this one table is
 * enough. Asks nothing of the account yet.
 * @throws CodedError PLACES_BAD_ADDRESS
 */
export function openTablesPlaces(
  access: TablesAccess,
  { prefix, createTables, clock, timeLimitMs = TIME_LIMIT_MS }: TablesPlacesOptions,
): PlaceStore & { close(): void } {
  const { httpClient, close } = createHttpClient({ answerBytesMax: ANSWER_BYTES_MAX });
  const table = clientOf(access, `${prefix}Dialling`, {
    // What the SDK repeats by itself after a lost answer would look like a conflict.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    httpClient,
    additionalPolicies: [{ position: 'perCall', policy: boundedRequests(timeLimitMs) }],
  });

  /** A table that is missing is made at its first use. */
  const ask = async <T, A>(request: () => Promise<T>, answerOf: (failure: Failure) => A): Promise<T | A> => {
    try {
      return await request();
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== 'TableNotFound' || !createTables) return answerOf(failure);
    }
    const made = await table.createTable().then(() => null, failureOf);
    return made ? answerOf(made) : request().catch((error: unknown) => answerOf(failureOf(error)));
  };

  const keyOf = (line: string) => ({ partitionKey: keyOfLine(prefix, line), rowKey: ROW_KEY });

  return {
    isShared: true,
    heldMax: HELD_MAX,
    now: clock.now,
    read: (line) =>
      ask(
        async () => {
          const { partitionKey, rowKey } = keyOf(line);
          const entity = await table.getEntity<PlacesProperties>(partitionKey, rowKey);
          const row = readRow(entity);
          return row ? { row, etag: entity.etag } : { lost: 'PLACES_UNREADABLE' };
        },
        (failure) => (failure.code === 'ResourceNotFound' ? 'absent' : lost(failure)),
      ),
    write: (line, row, etag) =>
      ask(
        async () => {
          const entity = { ...keyOf(line), ...toProperties(row) };
          const answer = await table.updateEntity(entity, 'Replace', { etag });
          return answer.etag ? { etag: answer.etag } : lost({ status: 0, code: '' });
        },
        // Removed by somebody: that is found out by reading.
        (failure) => (failure.status === 412 || failure.status === 404 ? 'conflict' : lost(failure)),
      ),
    insert: (line, row) =>
      ask(
        async () => {
          const answer = await table.createEntity({ ...keyOf(line), ...toProperties(row) });
          return answer.etag ? { etag: answer.etag } : lost({ status: 0, code: '' });
        },
        (failure) => (failure.code === 'EntityAlreadyExists' ? 'exists' : lost(failure)),
      ),
    close,
  };
}

/**
 * Keys stand in URLs, and URLs in the logs of others: a line is not to be read there. It is no secret, though: everybody who is
 * called sees the number.
 */
export function keyOfLine(prefix: string, line: string): string {
  return createHmac('sha256', `${prefix}Dialling`).update(line).digest('hex').slice(0, 32);
}

type Failure = { readonly status: number; readonly code: string };

/** The service's own code; its message quotes the whole answer. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof RestError)) return { status: 0, code: '' };
  const code = /"code":\s*"(\w+)"/.exec(error.message)?.[1] ?? error.code ?? '';
  return { status: error.statusCode ?? 0, code };
}

function lost({ status, code }: Failure): PlacesLost {
  if (code === 'TableNotFound') return { lost: 'PLACES_MISSING' };
  return { lost: status === 401 || status === 403 ? 'PLACES_REFUSED' : 'PLACES_UNAVAILABLE' };
}

function clientOf(access: TablesAccess, name: string, options: TableServiceClientOptions): TableClient {
  try {
    if ('endpoint' in access) return new TableClient(access.endpoint, name, access.credential, options);
    const allowInsecureConnection = /http:\/\//i.test(access.connectionString);
    return TableClient.fromConnectionString(access.connectionString, name, { ...options, allowInsecureConnection });
  } catch {
    // The SDK's message may repeat what it was given, a key among it.
    throw new CodedError('PLACES_BAD_ADDRESS', 'the address of the tables cannot be used');
  }
}
