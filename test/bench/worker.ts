import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** What a worker offers: named functions of one argument or none, with results that survive structured cloning. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A worker seen from the process that started it. */
export type Worker<H extends Handlers> = {
  readonly name: string;
  call<K extends keyof H & string>(handler: K, ...args: Parameters<H[K]>): Promise<Awaited<ReturnType<H[K]>>>;
  stop(): Promise<void>;
};

export type Request = { readonly id: number; readonly handler: string; readonly args: readonly unknown[] };
export type Reply = { readonly id: number; readonly result?: unknown; readonly error?: string };

type Pending = { resolve(value: unknown): void; reject(error: Error): void };

/** As `npm start` runs the server. On a large machine V8 would let hundreds of megabytes of garbage lie. */
const AS_STARTED = ['--max-old-space-size=512'];

/** How long a worker may take to end by itself before it is killed. */
const STOP_MS = 5_000;

/**
 * Starts a compiled worker as a process of its own: a load generator inside the measured process would measure itself.
 * The child ends when the channel to its parent closes, so none is left behind however this process ends.
 */
export function startWorker<H extends Handlers>(workersDir: string, name: string): Worker<H> {
  const child = fork(join(workersDir, `${name}.js`), { serialization: 'advanced', execArgv: AS_STARTED });
  const pending = new Map<number, Pending>();
  let nextId = 1;

  const failAll = (reason: string): void => {
    for (const { reject } of pending.values()) reject(new Error(reason));
    pending.clear();
  };
  child.on('message', (message) => settle(pending, message as Reply));
  child.on('error', (error) => failAll(`worker ${name}: ${error.message}`));
  child.on('exit', (code, signal) => failAll(`worker ${name} ended with ${signal ?? code}`));

  return {
    name,
    call<K extends keyof H & string>(handler: K, ...args: Parameters<H[K]>) {
      return new Promise<Awaited<ReturnType<H[K]>>>((resolve, reject) => {
        const id = nextId++;
        // The worker's handlers have the type H: both sides are compiled from the same file.
        pending.set(id, { resolve: (value) => resolve(value as Awaited<ReturnType<H[K]>>), reject });
        const request: Request = { id, handler, args };
        child.send(request, (error) => error && reject(error));
      });
    },
    stop: () => stop(child),
  };
}

function settle(pending: Map<number, Pending>, { id, result, error }: Reply): void {
  const waiting = pending.get(id);
  pending.delete(id);
  if (error === undefined) waiting?.resolve(result);
  else waiting?.reject(new Error(error));
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(killer);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill('SIGKILL');
  });
}
