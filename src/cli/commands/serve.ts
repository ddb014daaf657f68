import { inTime } from '../../base/time-limit.ts';
import { readableLogger } from '../../composition/logger.ts';
import { type RunningServer, startServer } from '../../composition/server.ts';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import type { Config } from '../../config/config.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { type StopReason, whenStopped } from '../until-stopped.ts';

/** What closing may take after the calls that were waited for: one unanswered request must not hold up the end. */
export const LAST_MS = 3_000;

/** Past that something is wrong with us. Together they fit into what Azure grants beyond `SHUTDOWN_SECONDS`: 5 s. */
export const HUNG_MS = 1_500;

type ServeOptions = {
  readonly output: Output;
  /** For development: shows what is said and pressed; the demo members are imported if there are none. */
  readonly transcript?: boolean;
};

/** Runs a server until it is told to stop. */
export async function serve(config: Config, { output, transcript = false }: ServeOptions): Promise<ExitCode> {
  const starting = start(config, transcript ? output : undefined);
  const callsMs = config.shutdownSeconds * 1_000;
  const stopped = new Promise<ExitCode>((resolve, reject) => {
    const close = async (reason: StopReason): Promise<void> => {
      const server = await inTime(starting, LAST_MS);
      // What a start that hangs has begun, the next one finds in the log.
      if (server !== 'late') await closeServer(server, reason, callsMs);
      resolve(EXIT.ok);
    };
    const waitNoMore = whenStopped(close, callsMs + LAST_MS + HUNG_MS, output);
    starting.catch((error: unknown) => {
      waitNoMore();
      reject(error);
    });
  });
  return stopped;
}

/** Who presses Ctrl-C waits before the screen; who sends SIGTERM grants the calls that stand their time. */
async function closeServer(server: RunningServer, reason: StopReason, callsMs: number): Promise<void> {
  const grantedMs = reason === 'platform' ? callsMs : 0;
  await server.close({ callsMs: grantedMs, limitMs: grantedMs + LAST_MS });
}

async function start(config: Config, transcript: Output | undefined): Promise<RunningServer> {
  if (transcript) await makeSureOfMembers(config, transcript);
  // Whoever develops reads the lines; whatever collects those of a server takes JSON.
  const logger = transcript && readableLogger(config.logLevel, transcript.line);
  const simulator = config.acs ? undefined : await demoPeople(transcript);
  const running = await startServer(config, { ...(logger && { logger }), ...(simulator && { simulator }) });
  if (transcript) for (const line of firstLines(running.url)) transcript.line(line);
  return running;
}

/** What a newcomer needs first. */
function firstLines(url: string): readonly string[] {
  return [
    `\nOpen ${url} in a browser. Nobody is called: a simulator plays the members,`,
    'and you can be one of them on a telephone there. Or by command:',
    '  npm run callistra -- members list     whom you may call',
    '  npm run callistra -- call M-1001      calls one, from another terminal; what is',
    '                                        said and pressed stands here',
    `  ${url}/docs            the API, to read and to try`,
    'Ctrl-C ends it.\n',
  ];
}

/** The demo's people, for a simulator; a server that calls by ACS does without loading them. */
async function demoPeople(transcript: Output | undefined): Promise<SimulatorOptions> {
  const { SCENES } = await import('../demo/scenario.ts');
  const { transcriptLines } = await import('../demo/transcript.ts');
  const startMs = Date.now();
  return {
    members: Object.fromEntries(SCENES.map(({ number, behaviour }) => [number, behaviour])),
    onEvent(event) {
      for (const line of transcript ? transcriptLines(event, startMs) : []) transcript?.line(line);
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
