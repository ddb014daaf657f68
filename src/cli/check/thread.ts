import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Checked, Lane } from '../../audit/export/check/side-by-side.ts';
import type { About } from './segmented-file.ts';

/** A segment to be checked. `key`: the verifier's line. */
export type Order = {
  readonly id: number;
  readonly about: About;
  readonly key: string;
  readonly number: number;
};
export type Answer = { readonly id: number; readonly checked: Checked | undefined };

/** A thread that checks segments of exports for others. It keeps no process from ending. */
export type Thread = { lane(about: About, key: string): Lane };

/** @param worker runs `thread-program.ts` */
export function createThread(worker: Worker): Thread {
  const waiting = new Map<number, (checked: Checked | undefined) => void>();
  let ids = 0;
  let isGone = false;
  const answered = ({ id, checked }: Answer): void => {
    waiting.get(id)?.(checked);
    waiting.delete(id);
  };
  const gone = (): void => {
    isGone = true;
    for (const id of [...waiting.keys()]) answered({ id, checked: undefined });
  };
  worker.on('message', answered);
  worker.on('error', gone);
  worker.on('exit', gone);
  // Whoever waits for it works meanwhile, and goes on alone without it.
  worker.unref();
  return {
    lane: (about, key) => (number) =>
      new Promise((resolve) => {
        if (isGone) return resolve(undefined);
        ids += 1;
        waiting.set(ids, resolve);
        worker.postMessage({ id: ids, about, key, number } satisfies Order);
      }),
  };
}

let kept: Thread | null = null;

/** The thread of this process; begins it where there is none. Null: there is no processor for it, or this runs from sources, which Node 20 loads in the first thread only. */
export function keepThread(): Thread | null {
  if (import.meta.url.endsWith('.ts') || availableParallelism() < 2) return null;
  // All parts of the bundle stand in one folder.
  kept ??= createThread(new Worker(new URL('./export-thread.js', import.meta.url)));
  return kept;
}
