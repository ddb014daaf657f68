import closeWithGrace from 'close-with-grace';
import { openMembersOf, type StoreConfig } from '../adapters.ts';
import type { Config } from '../config.ts';
import { MEMBERS_FILE } from '../demo/run.ts';
import { SCENES } from '../demo/scenario.ts';
import { transcriptLine } from '../demo/transcript.ts';
import { startServer } from '../server.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { importMembers } from './members.ts';
import type { Output } from './output.ts';

/** How long what is under way may take when the server is told to stop. */
const GRACE_MS = 15_000;

/**
 * Runs a server until it is told to stop.
 * @param transcript for development: where to show what is said and pressed; the demo members are imported if there are none
 */
export async function serve(config: Config, transcript?: Output): Promise<ExitCode> {
  if (transcript) await importDemoMembers(config, transcript);
  const startMs = Date.now();
  const server = await startServer(config, {
    simulator: {
      members: Object.fromEntries(SCENES.map(({ number, behaviour }) => [number, behaviour])),
      onEvent(event) {
        const line = transcript && transcriptLine(event, startMs);
        if (line) transcript.line(line);
      },
    },
  });
  return new Promise((resolve) => {
    closeWithGrace({ delay: GRACE_MS }, async () => {
      await server.close();
      resolve(EXIT.ok);
    });
  });
}

async function importDemoMembers(stores: StoreConfig, output: Output): Promise<void> {
  const store = await openMembersOf(stores);
  const [anybody] = await store.list({ limit: 1 });
  await store.close();
  if (!anybody) await importMembers(MEMBERS_FILE, { stores, skipBad: false, json: false }, output);
}
