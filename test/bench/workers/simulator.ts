import type { PresetName } from '../../../src/simulator/members/members.ts';
import type { SimulatorSettings } from '../../../src/simulator/settings.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { SimulatorStats } from '../../../src/simulator/world/stats.ts';
import { serveWorker } from '../serve-worker.ts';

let simulator: Simulator | null = null;
let ended = 0;

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
      if (kind === 'ended') ended += 1;
    },
  });
  return simulator.settings;
}

/** How many calls have come to their end. */
function endedCalls(): number {
  return ended;
}

function stats(): SimulatorStats {
  if (!simulator) throw new Error('not started');
  return simulator.stats();
}

const handlers = { start, endedCalls, stats };

export type SimulatorWorker = typeof handlers;

serveWorker(handlers);
