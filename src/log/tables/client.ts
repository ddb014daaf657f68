import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { LogError } from '../port.ts';

/** Where the tables are and how we prove who we are. A connection string may lead to a store on plain http. */
export type TablesAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

/** The two tables of a log, and the connections to them. */
export type Tables = { readonly events: TableClient; readonly register: TableClient; close(): void };

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];

// Shorter than the idle time of the service's front end, so that it is we who close: what is sent on a connection that
// the other side is just closing is lost, and nobody can tell whether it was executed.
const IDLE_CONNECTION_MS = 15_000;
const CONNECTIONS_MAX = 256;
/** Of a table's name, letters and digits (learn.microsoft.com, Table service data model), without our endings. */
const PREFIX = /^[A-Za-z][A-Za-z0-9]{0,50}$/;

/**
 * @param prefix of the tables' names
 * @param timeLimitMs after which a request is given up
 * @throws TypeError for a prefix that no table's name may begin with
 * @throws LogError LOG_UNAVAILABLE for access that leads nowhere
 */
export function openTables(access: TablesAccess, prefix: string, timeLimitMs: number): Tables {
  if (!PREFIX.test(prefix)) throw new TypeError('the prefix of the tables has to be a letter, then letters and digits');
  const settings = {
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    maxSockets: CONNECTIONS_MAX,
    scheduling: 'lifo',
  } as const;
  const agents = { http: new HttpAgent(settings), https: new HttpsAgent(settings) };
  const options: TableServiceClientOptions = {
    // What the SDK repeats by itself after a lost answer would look like a conflict.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [{ position: 'perCall', policy: boundedRequest(timeLimitMs, agents) }],
    ...('connectionString' in access && { allowInsecureConnection: true }),
  };
  try {
    return {
      events: tableClient(access, `${prefix}Events`, options),
      register: tableClient(access, `${prefix}Register`, options),
      close() {
        agents.http.destroy();
        agents.https.destroy();
      },
    };
  } catch {
    // The SDK's message may repeat what it was given, a key among it.
    throw new LogError(
      'LOG_UNAVAILABLE',
      "the connection string of the log's tables is not one, or their endpoint no https URL",
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

/**
 * Ends a request that has not been answered in time. Not the SDK's own `timeout`, which stops counting when the headers
 * are there and waits for the body for ever; and not the signal alone, which a credential that is slow to fetch its
 * token need not heed.
 */
function boundedRequest(timeLimitMs: number, agents: { http: HttpAgent; https: HttpsAgent }): Policy {
  return {
    name: 'boundedRequest',
    async sendRequest(request, next) {
      const controller = new AbortController();
      request.abortSignal = controller.signal;
      // A proxy from the environment has put its own agent there already.
      request.agent ??= request.url.startsWith('https:') ? agents.https : agents.http;
      let timer: NodeJS.Timeout | undefined;
      const expiry = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          controller.abort();
          reject(new DOMException('the request took too long', 'TimeoutError'));
        }, timeLimitMs);
      });
      try {
        return await Promise.race([next(request), expiry]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
