import type { PresetName } from '../../../src/simulator/members/members.ts';
import type { SimulatorSettings } from '../../../src/simulator/settings.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { SimulatorStats } from '../../../src/simulator/world/stats.ts';
import { serveWorker } from '../serve-worker.ts';

let simulator: Simulator | null = null;
let ended = 0;
/** When places came back that nobody has taken yet, and how long the others waited to be taken. */
const freeSinceMs: number[] = [];
let gapsMs: number[] = [];

/**
 * A simulator in which everybody answers everything.
 * @param others who does something else, by number
 */
async function start(timeScale: number, others: Readonly<Record<string, PresetName>> = {}): Promise<SimulatorSettings> {
  simulator = await startSimulator({
    timeScale,
    members: others,
    seed: 1,
    callsPerCallerId: 0,
    onEvent: ({ kind }) => {
      if (kind === 'ended') {
        ended += 1;
        freeSinceMs.push(performance.now());
      }
      if (kind !== 'ringing') return;
      const sinceMs = freeSinceMs.shift();
      if (sinceMs !== undefined) gapsMs.push(performance.now() - sinceMs);
    },
  });
  return simulator.settings;
}

/** How many calls have come to their end. */
function endedCalls(): number {
  return ended;
}

/** How long it took from each end of a call to the next dial, in milliseconds; begins anew. */
function gaps(): readonly number[] {
  const found = gapsMs;
  gapsMs = [];
  freeSinceMs.length = 0;
  return found;
}

function stats(): SimulatorStats {
  if (!simulator) throw new Error('not started');
  return simulator.stats();
}

const handlers = { start, endedCalls, gaps, stats };

export type SimulatorWorker = typeof handlers;

serveWorker(handlers);
