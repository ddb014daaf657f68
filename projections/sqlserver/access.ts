import sql from 'mssql';
import type { Clock } from '../../src/base/clock.ts';

/** What asks for tokens, as of `@azure/identity`: a fresh one for each new connection, for a token lives about an hour. */
type SqlServerCredential = {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
};

export type SqlServerAccess =
  | { readonly connectionString: string }
  | { readonly server: string; readonly database: string; readonly credential: SqlServerCredential };

/** How often to try what may work a moment later; the delay doubles from `minMs` to `maxMs`. */
export type SqlServerRetry = { readonly tries: number; readonly minMs: number; readonly maxMs: number };

/** The plan's own table of members, `Members` or `schema.Members`, and the names of its columns. */
export type MembersTable = {
  readonly table: string;
  readonly memberId: string;
  readonly phoneNumber: string;
  readonly name?: string | null;
  readonly timeZone?: string | null;
};

export type SqlServerOptions = {
  readonly clock: Clock;
  /** Where the tables of the read models are. */
  readonly schema: string;
  /** Where older releases have them: `migrate` moves them from there. Default: nowhere else. */
  readonly olderSchema?: string;
  /** Default: `dbo.Members`, with MemberId, PhoneNumber, Name and TimeZone. */
  readonly members?: MembersTable;
  /** Whether `migrate` adds the index (PhoneNumber, MemberId). */
  readonly membersIndex?: boolean;
  /** Whether `migrate` makes the table of members when there is none: for development. */
  readonly membersCreate?: boolean;
  /** Default: 3 tries, at most 10 seconds between two. */
  readonly retry?: SqlServerRetry;
  /** Connections kept when idle (0 lets a serverless database pause) and at most. */
  readonly pool?: { readonly min: number; readonly max: number };
  readonly requestTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Hears every batch that is sent, those tried again included. */
  readonly onBatch?: (text: string) => void;
};

export const DEFAULT_RETRY: SqlServerRetry = { tries: 3, minMs: 250, maxMs: 10_000 };

const DEFAULT_PORT = 1433;

/**
 * What the driver is opened with. A server that is reached by its name and an identity is always spoken to over a checked
 * certificate; only a connection string can say otherwise.
 * @throws Error when the connection string cannot be read; the message repeats nothing of it.
 */
export function connectionConfig(access: SqlServerAccess, options: Omit<SqlServerOptions, 'schema'>): sql.config {
  const { pool = { min: 0, max: 10 }, requestTimeoutMs = 15_000, connectTimeoutMs = 15_000 } = options;
  const where = 'connectionString' in access ? fromString(access.connectionString) : withIdentity(access);
  return {
    ...where,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: connectTimeoutMs,
    // Asking the server `SELECT 1` before each batch would double the round trips; a connection that is found dead is
    // replaced when the batch is tried again.
    validateConnection: 'socket',
    pool: { ...pool, idleTimeoutMillis: 60_000, acquireTimeoutMillis: connectTimeoutMs },
    options: {
      ...where.options,
      appName: 'callistra',
      useUTC: true,
      // Tries are counted in one place, here.
      maxRetriesOnTransientErrors: 0,
    } as NonNullable<sql.config['options']>,
  };
}

function fromString(connectionString: string): sql.config {
  const bad = 'the SQL connection string cannot be read: it needs Server=…;Database=…';
  let config: sql.config;
  try {
    config = sql.ConnectionPool.parseConnectionString(connectionString);
  } catch {
    // The driver's message quotes the text, and so perhaps the password.
    throw new Error(bad);
  }
  if (!config.server) throw new Error(bad);
  return config;
}

function withIdentity({ server, database, credential }: Exclude<SqlServerAccess, { connectionString: string }>) {
  const [, host = server, port] = /^(?:tcp:)?([^,]+)(?:,(\d+))?$/.exec(server) ?? [];
  return {
    server: host,
    port: port === undefined ? DEFAULT_PORT : Number(port),
    database,
    // The driver asks it for a token whenever it makes a connection.
    authentication: { type: 'token-credential', options: { credential } } as NonNullable<sql.config['authentication']>,
    options: { encrypt: true, trustServerCertificate: false },
  };
}
