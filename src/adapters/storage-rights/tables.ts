import { RestError, TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { heardDates, type RequestPolicy } from '../../azure/bounded-request.ts';
import { sharedHttpClient } from '../../azure/http-client.ts';
import type { TableRights, Tried } from '../../doctor/openers.ts';

type TablesAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

// No stream's key is this one (`src/log/tables/keys.ts`) and no line's, so no reader ever meets it.
const PROBE = { partitionKey: '!!doctor', rowKey: 'probe' } as const;
/** No entity has this version, so whoever may change entities is told so and changes nothing. */
const NO_SUCH_ETAG = 'W/"datetime\'1601-01-01T00%3A00%3A00.0000000Z\'"';

/** What this identity may do to the tables of a log. It tries updates, which `log/` itself knows nothing of. */
export function tableRights(access: TablesAccess, prefix: string): TableRights {
  let date: string | null = null;
  const heard = heardDates((told) => {
    date = told;
  });
  const [register, events, places] = ['Register', 'Events', 'Dialling'].map((name) =>
    clientOf(access, `${prefix}${name}`, heard),
  ) as [TableClient, TableClient, TableClient];
  return rightsOf({ register, events, places }, () => date);
}

type Clients = { readonly register: TableClient; readonly events: TableClient; readonly places: TableClient };

function rightsOf({ register, events, places }: Clients, date: TableRights['date']): TableRights {
  return {
    date,
    async unreadable() {
      for (const client of [register, events, places]) {
        const why = await readRefusal(client);
        if (why !== null) return { table: client.tableName, why };
      }
      return null;
    },
    async add() {
      const status = await statusOf(events.createEntity(PROBE));
      // The right is looked at before the entity: 409 says that it may, and that it did so once before.
      return { isAllowed: status === 204 || status === 409, status };
    },
    change: () => tried(events.updateEntity(PROBE, 'Merge', { etag: NO_SUCH_ETAG })),
    async places() {
      const table = places.tableName;
      const added = await statusOf(places.createEntity(PROBE));
      if (added !== 204 && added !== 409) return { isAllowed: false, status: added, table };
      return { ...(await tried(places.updateEntity(PROBE, 'Replace', { etag: NO_SUCH_ETAG }))), table };
    },
    remove: () => tried(events.deleteEntity(PROBE.partitionKey, PROBE.rowKey, { etag: NO_SUCH_ETAG })),
  };
}

async function tried(request: Promise<unknown>): Promise<Tried> {
  const status = await statusOf(request);
  return { isAllowed: status !== 403, status };
}

async function readRefusal(client: TableClient): Promise<unknown> {
  try {
    await client.listEntities().byPage({ maxPageSize: 1 }).next();
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}

/** The service's own code; its message quotes the whole answer. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof RestError) || error.statusCode === undefined) return error;
  const code = /"code":"(\w+)"/.exec(error.message)?.[1] ?? '';
  return `${error.statusCode} ${code}`.trim();
}

/** The HTTP status of a request to the Table service. */
async function statusOf(request: Promise<unknown>): Promise<number> {
  try {
    await request;
    return 204;
  } catch (error) {
    if (error instanceof RestError && error.statusCode !== undefined) return error.statusCode;
    throw error;
  }
}

function clientOf(access: TablesAccess, name: string, policy: RequestPolicy): TableClient {
  const additionalPolicies = [{ position: 'perCall', policy } as const];
  const options = { retryOptions: { maxRetries: 1 }, httpClient: sharedHttpClient(), additionalPolicies };
  if ('endpoint' in access) return new TableClient(access.endpoint, name, access.credential, options);
  const allowInsecureConnection = /http:\/\//i.test(access.connectionString);
  return TableClient.fromConnectionString(access.connectionString, name, { ...options, allowInsecureConnection });
}
