import { RestError, TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { describe, type Finding, failed, ok, warning } from '../../doctor/check.ts';

type TablesAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

// No stream's key is this one (`src/log/tables/keys.ts`), so no reader ever meets it.
const PROBE = { partitionKey: '!!doctor', rowKey: 'probe' } as const;
/** No entity has this version, so whoever may change entities is told so and changes nothing. */
const NO_SUCH_ETAG = 'W/"datetime\'1601-01-01T00%3A00%3A00.0000000Z\'"';

/** That the log's tables can be read and added to, and that what is in them cannot be changed or removed by this identity. */
export async function checkTables(access: TablesAccess, prefix: string): Promise<Finding> {
  for (const name of [`${prefix}Register`, `${prefix}Events`]) {
    const refusal = await readRefusal(clientOf(access, name));
    if (refusal) return failed(`${name} cannot be read: ${refusal}`);
  }
  return checkRights(clientOf(access, `${prefix}Events`));
}

async function checkRights(client: TableClient): Promise<Finding> {
  const insert = await statusOf(client.createEntity(PROBE));
  // The right is looked at before the entity: 409 says that it may, and that it did so once before.
  if (insert !== 204 && insert !== 409) return failed(`entries cannot be added (${insert})`);
  const update = await statusOf(client.updateEntity(PROBE, 'Merge', { etag: NO_SUCH_ETAG }));
  const remove = await statusOf(client.deleteEntity(PROBE.partitionKey, PROBE.rowKey, { etag: NO_SUCH_ETAG }));
  if (update === 403 && remove === 403) return ok('insert allowed, update and delete refused');
  return warning(
    `insert allowed, but not refused: update (${update}), delete (${remove}); give the identity a role with entities/read and entities/add/action only`,
  );
}

async function readRefusal(client: TableClient): Promise<string | null> {
  try {
    await client.listEntities().byPage({ maxPageSize: 1 }).next();
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}

/** The service's own code; its message quotes the whole answer. */
function refusalOf(error: unknown): string {
  if (!(error instanceof RestError) || error.statusCode === undefined) return describe(error);
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
    throw new Error(describe(error));
  }
}

function clientOf(access: TablesAccess, name: string): TableClient {
  const options = { retryOptions: { maxRetries: 1 } };
  if ('endpoint' in access) return new TableClient(access.endpoint, name, access.credential, options);
  const allowInsecureConnection = /http:\/\//i.test(access.connectionString);
  return TableClient.fromConnectionString(access.connectionString, name, { ...options, allowInsecureConnection });
}
