import type { Sim } from './sim.ts';

/** How long somebody waits for an answer before asking again or giving up. */
const PATIENCE_MS = 30_000;

/** The answer, null for an error or for none in time. */
export async function patiently<T>(sim: Sim, work: () => Promise<T>): Promise<T | null> {
  const answer = work().catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) sim.fail('an error has a code', String(error));
    return null;
  });
  return Promise.race([answer, sim.scheduler.sleep(PATIENCE_MS).then(() => null)]);
}
