import type { RunningCallApp } from '../../src/app/call-app.ts';
import type { Sim } from './sim.ts';

/** One that is to be closed; an older build has no steps before that. */
type Closable = Pick<RunningCallApp, 'close'> & Partial<Pick<RunningCallApp, 'stopDialling' | 'callsOver'>>;

/** What a platform grants between the order to stop and the end. */
const GRANTED_MS_MAX = 25_000;

/**
 * Tells an application to stop dialling, and gives the calls that are up their time, in which it is reached by callbacks.
 * @param dialsOn it goes on dialling meanwhile, as one that stops taking requests first
 * @returns what is left of its closing
 */
export async function stopUnderLoad(sim: Sim, app: Closable, dialsOn: boolean): Promise<() => Promise<void>> {
  const granted = sim.scheduler.sleep(sim.between('granted-ms', 0, GRANTED_MS_MAX));
  if (dialsOn) {
    await granted;
    return () => app.close();
  }
  if (app.stopDialling) {
    app.stopDialling();
    await Promise.race([granted, app.callsOver?.() ?? granted]);
    return () => app.close();
  }
  // It has no steps: what it does first when it closes is to stop dialling.
  const closed = app.close();
  await granted;
  return () => closed;
}
