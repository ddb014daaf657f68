import sql from 'mssql';
import type { Clock } from '../../src/base/clock.ts';
import { type ErrorFamily, ReadStoreError } from '../ports.ts';
import type { SqlServerRetry } from './access.ts';
import { failureOf, isTransient, storeError } from './errors.ts';

/** A text (NVARCHAR), a whole number (INT), or a text of one byte per character (VARCHAR). */
export type SqlParameter = string | number | null | { readonly varchar: string };
export type SqlParameters = Readonly<Record<string, SqlParameter>>;

/** Sends batches; each one is one round trip. */
export type SqlRunner = {
  /** @returns the rows of each SELECT of the batch. */
  batch(text: string, parameters?: SqlParameters): Promise<readonly (readonly unknown[])[]>;
};

/** A database whose failures have a stable code. What may work a moment later is tried again: statements must bear that. */
export type SqlServerDb = SqlRunner & {
  /** Rows of the first SELECT; `Row` is what the statement says. */
  query<Row>(text: string, parameters?: SqlParameters): Promise<readonly Row[]>;
  /** A batch that may take minutes. */
  long(text: string, parameters?: SqlParameters): Promise<readonly (readonly unknown[])[]>;
  /** All or none of several batches on one connection. */
  transaction<Result>(work: (run: SqlRunner) => Promise<Result>): Promise<Result>;
};

export type SqlServerConnections = { get(): Promise<sql.ConnectionPool>; close(): Promise<void> };

const LONG_MS = 10 * 60_000;

/** Connects when it is first asked to; after a failure again, when it is next asked. */
export function connections(config: sql.config): SqlServerConnections {
  let pool: Promise<sql.ConnectionPool> | null = null;
  let closed = false;

  async function connect(): Promise<sql.ConnectionPool> {
    const made = new sql.ConnectionPool(copyOf(config));
    // Without a listener a lost idle connection would end the process. Whoever needs it next hears of it.
    made.on('error', () => undefined);
    return made.connect();
  }

  return {
    get() {
      if (closed) return Promise.reject(new ReadStoreError('READ_STORE_UNAVAILABLE', 'the database has been closed'));
      pool ??= connect().catch((error) => {
        pool = null;
        throw error;
      });
      return pool;
    },
    async close() {
      closed = true;
      const open = await pool?.catch(() => null);
      pool = null;
      await open?.close();
    },
  };
}

/** The driver writes into what it is given. */
function copyOf(config: sql.config): sql.config {
  return { ...config, options: { ...config.options }, pool: { ...config.pool } };
}

type OnBatch = (text: string) => void;

type DbSettings = {
  readonly pool: SqlServerConnections;
  readonly codes: ErrorFamily;
  readonly clock: Clock;
  readonly retry: SqlServerRetry;
  readonly onBatch: OnBatch | undefined;
};

/** The database as one store sees it. */
export function sqlServerDb(settings: DbSettings): SqlServerDb {
  const { pool, onBatch } = settings;
  const run = (text: string, parameters: SqlParameters | undefined, timeoutMs?: number) =>
    retried(settings, async () => send(requestOn(await pool.get(), timeoutMs), text, parameters, onBatch));
  return {
    batch: (text, parameters) => run(text, parameters),
    long: (text, parameters) => run(text, parameters, LONG_MS),
    query: async <Row>(text: string, parameters?: SqlParameters) => ((await run(text, parameters))[0] ?? []) as Row[],
    transaction: (work) => retried(settings, async () => inTransaction(await pool.get(), work, onBatch)),
  };
}

/** The types of the driver do not know the constructor's second parameter. */
function requestOn(parent: sql.ConnectionPool | sql.Transaction, timeoutMs?: number): sql.Request {
  return Reflect.construct(sql.Request, [parent, timeoutMs === undefined ? {} : { requestTimeout: timeoutMs }]);
}

async function send(request: sql.Request, text: string, parameters: SqlParameters = {}, onBatch?: OnBatch) {
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'number') request.input(name, sql.Int, value);
    else if (typeof value === 'object' && value !== null) request.input(name, sql.VarChar, value.varchar);
    else request.input(name, sql.NVarChar, value);
  }
  onBatch?.(text);
  const { recordsets } = await request.query<unknown>(text);
  return recordsets;
}

async function inTransaction<Result>(
  pool: sql.ConnectionPool,
  work: (run: SqlRunner) => Promise<Result>,
  onBatch?: OnBatch,
): Promise<Result> {
  const transaction = new sql.Transaction(pool);
  await transaction.begin();
  try {
    const batch: SqlRunner['batch'] = (text, parameters) =>
      send(requestOn(transaction, LONG_MS), text, parameters, onBatch);
    const result = await work({ batch });
    await transaction.commit();
    return result;
  } catch (error) {
    // The server may have rolled back itself, or be gone; what went wrong first is what must be heard.
    await transaction.rollback().catch(() => undefined);
    throw error;
  }
}

async function retried<Result>({ codes, clock, retry }: DbSettings, work: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      if (!failure) throw error;
      if (tried >= retry.tries || !isTransient(failure)) throw storeError(codes, failure);
    }
    const delayMs = Math.min(retry.maxMs, retry.minMs * 2 ** (tried - 1));
    await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
  }
}
