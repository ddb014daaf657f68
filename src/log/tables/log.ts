import { setTimeout as sleep } from 'node:timers/promises';
import { headOf } from '../../domain/entries.ts';
import { checkAppend, checkStream } from '../limits.ts';
import { type CallEventLog, LogError, type LogInspection } from '../port.ts';
import { openTables, type Tables, type TablesAccess } from './client.ts';
import { inspectionOf } from './inspection.ts';
import { createReader } from './reader.ts';
import { createRegister } from './register.ts';
import { type Retry, reliably } from './retry.ts';
import { createWriter } from './writer.ts';

/** How a log is opened. */
export type TablesLogOptions = {
  /** A fresh id for each append, such as a UUID. */
  readonly writeId: () => string;
  /** Letters and digits before `Events` and `Register`. Default: Callistra. */
  readonly prefix?: string;
  /** Creates tables that are not there; the role of the application in production must not. Default: false. */
  readonly createTables?: boolean;
  /** Hears what time the service says it is, with each of its answers. */
  readonly heardDate?: ((date: string) => void) | undefined;
  /** How often one request is sent before it counts as failed. Default: 3. */
  readonly tries?: number;
  /** The wait before the second try, in milliseconds; four times as long before each further one. Default: 200. */
  readonly firstWaitMs?: number;
  /** For one request, in milliseconds, with its token. Default: 5 s. */
  readonly timeLimitMs?: number;
  /** For a request with all its tries, in milliseconds. Default: 6.5 s. */
  readonly limitMs?: number;
  /** Milliseconds since some moment. */
  readonly monotonicMs?: () => number;
  /** Passes the given milliseconds. */
  readonly wait?: (ms: number) => Promise<void>;
};

/**
 * Event Grid waits 30 s for an answer (learn.microsoft.com, Event Grid delivery and retry), and what ACS waits nobody says. The
 * slowest way to an error is an append, a look at what became of it and a reading: 19.5 s.
 */
const LIMIT_MS = 6_500;

/**
 * The call-event log in two tables of Azure Table storage, written by any number of processes. The row of version n+1
 * is the lock: an append inserts it, which only one can. Rows are inserted and read, never anything else, so a role
 * with `entities/read` and `entities/add/action` is enough. An append costs one request, and one more where the head
 * was neither read nor written by this process.
 * @throws LogError LOG_UNAVAILABLE when tables cannot be created; TypeError for a prefix that is not allowed
 */
export async function openTablesLog(
  access: TablesAccess,
  options: TablesLogOptions,
): Promise<CallEventLog & { readonly inspection: LogInspection }> {
  const { prefix = 'Callistra', createTables = false, timeLimitMs = 5_000, writeId, heardDate } = options;
  const { tries = 3, firstWaitMs = 200, limitMs = LIMIT_MS, wait = (ms: number) => sleep(ms) } = options;
  const { monotonicMs = () => performance.now() } = options;
  const retry: Retry = { tries, firstWaitMs, lastBeginMs: Math.max(0, limitMs - timeLimitMs), monotonicMs, wait };
  const tables = openTables(access, prefix, { timeLimitMs, heardDate });
  try {
    if (createTables) await create(tables, retry);
  } catch (error) {
    tables.close();
    throw error;
  }
  return { ...createLog(tables, retry, writeId), inspection: inspectionOf(tables, retry) };
}

async function create({ events, register }: Tables, retry: Retry): Promise<void> {
  await Promise.all([events, register].map((table) => reliably(retry, () => table.createTable())));
}

function createLog(tables: Tables, retry: Retry, writeId: () => string): CallEventLog {
  const reader = createReader(tables.events, retry);
  const writer = createWriter(tables.events, reader, retry, writeId);
  const register = createRegister(tables.register, retry);
  const running = new Set<Promise<unknown>>();
  let closed = false;

  function checkOpen(): void {
    if (closed) throw new LogError('LOG_UNAVAILABLE', 'the log is closed');
  }

  /** Remembers what runs, for `close` to wait for. */
  async function run<T>(task: () => Promise<T>): Promise<T> {
    const promise = task();
    running.add(promise);
    try {
      return await promise;
    } finally {
      running.delete(promise);
    }
  }

  return {
    async read(stream, fromVersion = 1) {
      checkOpen();
      const entries = await run(() => reader.entries(stream, fromVersion));
      writer.seen(stream, headOf(entries));
      return entries;
    },
    async append(stream, head, entries) {
      checkOpen();
      checkAppend(stream, entries);
      return run(() => writer.append(stream, head, entries));
    },
    async register(stream, at) {
      checkOpen();
      checkStream(stream);
      return run(() => register.add(stream, at));
    },
    async *registered(since) {
      checkOpen();
      for await (const stream of register.streams(since)) {
        yield stream;
        checkOpen();
      }
    },
    async probe(stream) {
      checkOpen();
      const hash = await run(() => reader.property(stream, 1, 'Hash'));
      if (hash === undefined) throw new LogError('LOG_UNAVAILABLE', 'the log has lost what was put into it');
      // What can be read need not take entries, as where a role is missing, or an account has failed over.
      await run(() => writer.tryOut(stream));
    },
    async close() {
      closed = true;
      await Promise.allSettled(running);
      tables.close();
    },
  };
}
