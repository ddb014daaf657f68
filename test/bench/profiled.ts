import { join } from 'node:path';
import type { BenchContext } from './row.ts';
import type { Common } from './serve-worker.ts';
import type { Worker } from './worker.ts';

/** Runs `work`, and with `--profile` takes a profile of the worker meanwhile; the last round's profile stays. */
export async function profiled<T>(
  { profileDir }: Pick<BenchContext, 'profileDir'>,
  worker: Pick<Worker<Common>, 'call' | 'name'>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (profileDir === null) return work();
  await worker.call('profileStart', join(profileDir, `${name}-${worker.name}.cpuprofile`));
  try {
    return await work();
  } finally {
    await worker.call('profileStop');
  }
}
