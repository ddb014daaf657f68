import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type RunningServer, startServer } from '../../composition/server.ts';
import { inFiles } from '../../composition/stores.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { makeTemporaryFolder } from '../../files/private.ts';
import type { SimulatorEvent } from '../../simulator/calls/transcript.ts';
import { type ApiClient, createApiClient, createAsk, type ShownCall } from '../api-client.ts';
import { type Output, painted, table } from '../output.ts';
import { whenStopped } from '../until-stopped.ts';
import { hang } from '../wrap.ts';
import { gatherEvidence, type Proven } from './evidence.ts';
import { exportAndForge } from './exported.ts';
import { forgeAndFind } from './forgery.ts';
import { importDemoMembers } from './members.ts';
import { replayedLines } from './replayed.ts';
import { CAME_OF_IT, SCENES, type Scene } from './scenario.ts';
import { createTale } from './tale.ts';

/** How long closing may take: calls that go on are not waited for. */
export const CLOSE_MS = 3_000;
export const STOP_MS = 10_000;

export type DemoOptions = {
  /** How many times faster than a real call. */
  readonly timeScale: number;
  /** Decides ids and the simulator's chance. */
  readonly seed: number;
  /** The object id of a Teams resource account that everybody is called over; absent: a number. */
  readonly teamsResourceAccount?: string | undefined;
};

/** A demonstration that is over; its server is closed. */
export type DemoRun = {
  /** Whether everything went as scripted. */
  readonly ok: boolean;
  /** Starts a server over what there is now, as fast as real calls are: somebody may take part. Who starts it closes it. */
  goOn(): Promise<RunningServer>;
  /** Removes all of it. */
  cleanUp(): Promise<void>;
};

/**
 * The main job, end to end: imports members, starts server and simulator, places every call through the HTTP API, shows
 * what is said and pressed, and holds what came of it against the scenario.
 */
export async function runDemo(options: DemoOptions, output: Output): Promise<DemoRun> {
  const dataDir = await makeTemporaryFolder(join(tmpdir(), 'callistra-demo-'));
  const cleanUp = () => rm(dataDir, { recursive: true, force: true });
  const stage: Stage = { server: null };
  let isStopped = false;
  const stop = async (): Promise<void> => {
    isStopped = true;
    await stage.server?.close({ callsMs: 0, limitMs: CLOSE_MS });
    await cleanUp();
  };
  const waitNoMore = whenStopped(stop, STOP_MS, output);
  try {
    return { ...(await play({ dataDir, stage }, options, output)), cleanUp };
  } catch (error) {
    // What goes wrong because it was stopped is nobody's mistake; the process ends when all is put away.
    if (isStopped) return new Promise(() => {});
    await cleanUp();
    throw error;
  } finally {
    if (!isStopped) waitNoMore();
  }
}

/** What is up, for whoever stops it. */
type Stage = { server: RunningServer | null };

type Place = { readonly dataDir: string; readonly stage: Stage };

async function play(
  { dataDir, stage }: Place,
  options: DemoOptions,
  output: Output,
): Promise<Omit<DemoRun, 'cleanUp'>> {
  await importDemoMembers(inFiles(dataDir), output);
  const tale = createTale(output, Date.now());
  const config = configOf(dataDir, options);
  const server = await startDemoServer(config, options, tale.add);
  stage.server = server;
  output.line(`server ${server.url}, simulator ${server.simulator?.url}`);
  output.line(
    `${SCENES.length} calls at once, ${options.timeScale} times faster than real ones, told one after the other.`,
  );
  output.line('Nobody is called: a simulator places these calls, and each of them says so.');
  const client = createApiClient(server.url);
  const shown = await callEverybody(client);
  await server.app.idle();
  tale.end();
  const asScripted = report(shown, await gatherEvidence(server), output);
  const isFound = await showTrail(server, { config, shown }, output);
  await server.close();
  stage.server = null;
  return {
    ok: asScripted && isFound,
    goOn: () => startDemoServer(configOf(dataDir, { ...options, timeScale: 1 }), options),
  };
}

function configOf(dataDir: string, { timeScale, teamsResourceAccount }: DemoOptions): Config {
  return readConfig({
    ACS_TEAMS_RESOURCE_ACCOUNT: teamsResourceAccount,
    PORT: '0',
    DATA_DIR: dataDir,
    SIMULATOR: 'true',
    TIME_SCALE: String(timeScale),
    CONCURRENT_CALLS: String(SCENES.length),
    CALLS_PER_SECOND: '1000',
  });
}

/** Everybody behaves as in the scenes. */
function startDemoServer(
  config: Config,
  { seed }: Pick<DemoOptions, 'seed'>,
  onEvent: (event: SimulatorEvent) => void = () => {},
): Promise<RunningServer> {
  return startServer(config, {
    logger: pino({ level: 'silent' }),
    simulator: {
      timeScale: config.timeScale,
      seed,
      callsPerCallerId: 0,
      members: Object.fromEntries(SCENES.map(({ number, behaviour }) => [number, behaviour])),
      onEvent,
    },
  });
}

/** Each call by its member. */
type Shown = ReadonlyMap<string, ShownCall>;

/** Places all calls and reads their status until each has ended. */
async function callEverybody(client: ApiClient): Promise<Shown> {
  const ended = SCENES.map(async ({ memberId }): Promise<[string, ShownCall]> => {
    const callSessionId = await client.initiate(memberId, `demo-${memberId}`);
    return [memberId, await untilEnded(client, callSessionId)];
  });
  return new Map(await Promise.all(ended));
}

const POLL_MS = 100;
const POLLS_MAX = 600;

async function untilEnded(client: ApiClient, callSessionId: string): Promise<ShownCall> {
  for (let polls = 0; ; polls += 1) {
    const call = await client.status(callSessionId);
    if (call.disposition !== null || polls >= POLLS_MAX) return call;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Prints what came of it; true when everything did as scripted. */
function report(shown: Shown, proven: readonly Proven[], output: Output): boolean {
  const rows = SCENES.map((scene) => row(scene, shown.get(scene.memberId)));
  output.line(`\n${table(['member', 'who', 'what came of it', 'answers', 'right'], rows)}\n`);
  const text = `${SCENES.length} calls went as scripted`;
  return tell([...proven, { text, ok: rows.every((cells) => cells.at(-1) === 'yes') }], output);
}

function tell(proven: readonly Proven[], output: Output): boolean {
  for (const { text, ok } of proven) {
    const [first = '', ...rest] = hang(ok ? 'ok    ' : 'FAIL  ', text);
    output.line(painted(output, ok ? 'green' : 'red', first.slice(0, 4)) + first.slice(4));
    for (const line of rest) output.line(line);
  }
  return proven.every(({ ok }) => ok);
}

type Told = { readonly config: Config; readonly shown: Shown };

/** What compliance staff do: replay a call, keep a checkpoint, and find what somebody altered. */
async function showTrail({ url, stores }: RunningServer, { config, shown }: Told, output: Output): Promise<boolean> {
  const { memberId } = SCENES[0]!;
  const { callSessionId } = shown.get(memberId)!;
  output.line(`\nFrom the replay of the call to ${memberId}:\ncallistra audit replay ${callSessionId}\n`);
  for (const line of await replayedLines(createAsk(url), callSessionId)) output.line(line);
  const kept = await createApiClient(url).makeCheckpoint();
  const [origin, size, root] = kept.split('\n');
  output.line(`\nA checkpoint to keep elsewhere: ${size} heads of ${origin},\nroot ${root}\n`);
  const copy = join(config.dataDir, 'forged-copy.db');
  const { proven, findings } = await forgeAndFind({ config, log: stores.log, callSessionId, kept, copy });
  const isFound = tell(proven, output);
  for (const line of findings.flatMap((finding) => hang('      ', finding))) output.line(line);
  output.line(`\nAn export of that call:\ncallistra audit export --call ${callSessionId}\n`);
  const exported = await exportAndForge({ config, url, callSessionId, file: join(config.dataDir, 'export.ndjson') });
  const isRefused = tell(exported.proven, output);
  for (const line of exported.reasons.flatMap((reason) => hang('      ', reason))) output.line(line);
  return isFound && isRefused;
}

function row(scene: Scene, call: ShownCall | undefined): string[] {
  const answers = (call?.responses ?? []).map((response) => response.response);
  const same =
    call?.status === scene.status &&
    call.disposition === scene.disposition &&
    answers.join(' ') === scene.answers.join(' ');
  return [
    scene.memberId,
    scene.person,
    inWords(call?.disposition ?? 'open'),
    answers.map((answer) => (answer === 'timeout' ? 'none' : answer)).join(' ') || '-',
    same ? 'yes' : 'NO',
  ];
}

function inWords(disposition: string): string {
  return CAME_OF_IT[disposition] ?? disposition;
}
