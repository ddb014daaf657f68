import closeWithGrace from 'close-with-grace';
import { startServer } from '../../composition/server.ts';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import type { Config } from '../../config/config.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** How long what is under way may take when the server is told to stop. */
const GRACE_MS = 15_000;

/**
 * Runs a server until it is told to stop.
 * @param transcript for development: where to show what is said and pressed; the demo members are imported if there are none
 */
export async function serve(config: Config, transcript?: Output): Promise<ExitCode> {
  if (transcript) await makeSureOfMembers(config, transcript);
  const server = await startServer(config, config.acs ? {} : { simulator: await demoPeople(transcript) });
  return new Promise((resolve) => {
    closeWithGrace({ delay: GRACE_MS }, async () => {
      await server.close();
      resolve(EXIT.ok);
    });
  });
}

/** The demo's people, for a simulator; a server that calls by ACS does without loading them. */
async function demoPeople(transcript: Output | undefined): Promise<SimulatorOptions> {
  const { SCENES } = await import('../demo/scenario.ts');
  const { transcriptLine } = await import('../demo/transcript.ts');
  const startMs = Date.now();
  return {
    members: Object.fromEntries(SCENES.map(({ number, behaviour }) => [number, behaviour])),
    onEvent(event) {
      const line = transcript && transcriptLine(event, startMs);
      if (line) transcript.line(line);
    },
  };
}

async function makeSureOfMembers(stores: StoreConfig, output: Output): Promise<void> {
  const store = await openMembers(stores);
  const [anybody] = await store.list({ limit: 1 });
  await store.close();
  if (anybody) return;
  const { importDemoMembers } = await import('../demo/members.ts');
  await importDemoMembers(stores, output);
}
