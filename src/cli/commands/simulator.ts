import { readJsonFile } from '../../config/json-file.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { transcriptLines } from '../demo/transcript.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { whenStopped } from '../until-stopped.ts';

export type SimulatorCliOptions = {
  readonly host: string;
  readonly port: number;
  readonly seed?: number;
  readonly callsPerCallerId: number;
  readonly timeScale: number;
  /** A JSON file of behaviours by number. */
  readonly members?: string;
  readonly json: boolean;
};

/** Runs the ACS simulator alone until it is told to stop, and prints the settings with which a server uses it. */
export async function simulator({ members, json, ...options }: SimulatorCliOptions, output: Output): Promise<ExitCode> {
  const startMs = Date.now();
  const scripts: SimulatorOptions['members'] = members
    ? (readJsonFile('--members', members) as SimulatorOptions['members'])
    : {};
  const running = await startSimulator({
    ...options,
    members: scripts ?? {},
    onEvent(event) {
      const lines = json ? [JSON.stringify(event)] : transcriptLines(event, startMs);
      for (const line of lines) output.line(line);
    },
  });
  const { url, seed, settings } = running;
  if (json) output.json({ url, seed, settings });
  else {
    output.line(`ACS simulator on ${url}, seed ${seed}; control API: ${url}/_simulator/`);
    output.line('A server uses it with these settings:');
    for (const [name, value] of Object.entries(settings)) output.line(`  export ${name}='${value}'`);
  }
  return new Promise((resolve) => {
    const close = async (): Promise<void> => {
      await running.close();
      resolve(EXIT.ok);
    };
    whenStopped(close, 5_000, output);
  });
}
