import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import type { Handlers, Reply, Request } from './worker.ts';

/** What a process has used so far. */
export type Usage = {
  /** User and system time of all threads, in microseconds. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
};

/** Handlers that every worker has. */
const common = {
  usage(): Usage {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return { cpuMicros: user + system, rssBytes: rss, heapUsedBytes: heapUsed };
  },
  /** @param file where the profile of the time from now to `profileStop` goes */
  async profileStart(file: string): Promise<void> {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    profiling = { session, file };
  },
  async profileStop(): Promise<void> {
    if (!profiling) return;
    const { session, file } = profiling;
    profiling = null;
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    await writeFile(file, JSON.stringify(profile));
  },
};

let profiling: { readonly session: Session; readonly file: string } | null = null;

/** The handlers that every worker has beside its own. */
export type Common = typeof common;

/** Answers the process that started this one, until it lets go. */
export function serveWorker(handlers: Handlers): void {
  const all: Handlers = { ...common, ...handlers };
  process.on('message', (message) => void answer(all, message as Request));
  process.on('disconnect', () => process.exit(0));
  // Interrupting the bench on a terminal reaches its children too; the parent stops them in order.
  process.on('SIGINT', () => {});
}

async function answer(handlers: Handlers, { id, handler, args }: Request): Promise<void> {
  const reply = await run(handlers, handler, args).then(
    (result): Reply => ({ id, result }),
    (error: unknown): Reply => ({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(reply);
}

async function run(handlers: Handlers, name: string, args: readonly unknown[]): Promise<unknown> {
  const handler = handlers[name];
  if (!handler) throw new Error(`this worker has no ${name}`);
  return handler(...(args as never[]));
}
