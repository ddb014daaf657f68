import { rm } from 'node:fs/promises';
import pino from 'pino';
import * as assert from 'uvu/assert';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { ShownCall } from '../../src/cli/api-client.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { type RunningServer, startServer } from '../../src/composition/server.ts';
import { inFiles, openMembers, type Stores } from '../../src/composition/stores.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Member } from '../../src/domain/member/members.ts';
import type { MemberScript, PresetName } from '../../src/simulator/members/members.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { UNHURRIED } from '../support/application.ts';
import { tempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/until.ts';

export type Person = { readonly behaviour: MemberScript | PresetName } & Partial<Member>;

export type RigOptions = {
  /** Who is there to be called: M-1, M-2, ... in this order. */
  readonly people?: readonly Person[];
  readonly simulator?: SimulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** A simulator outside the server, which `env` must name; who started it closes it. */
  readonly outside?: Simulator;
  /** Takes every line that the server logs, from the first on. */
  readonly logged?: string[];
  /** The machine's; absent: this one's. */
  readonly clock?: Clock;
};

/** A whole server with its simulator, in a directory of its own. */
export type Rig = {
  readonly server: RunningServer;
  readonly simulator: Simulator;
  readonly url: string;
  readonly dataDir: string;
  readonly members: readonly Member[];
  /** Every line that the server logged. */
  readonly logged: readonly string[];
  close(): Promise<void>;
};

export const TIME_SCALE = 100;

/** For tests that are not about pacing. */
export const UNPACED = { CONCURRENT_CALLS: '10000', CALLS_PER_SECOND: '10000' };

export function membersOf(people: readonly Person[]): Member[] {
  return people.map(({ behaviour: _, ...member }, index) => ({
    memberId: `M-${index + 1}`,
    phoneNumber: `+1555010${String(3_000 + index)}`,
    ...member,
  }));
}

/** What the simulator must know of the people, by number. */
export function scriptsOf(people: readonly Person[]): Record<string, MemberScript | PresetName> {
  const members = membersOf(people);
  return Object.fromEntries(people.map(({ behaviour }, index) => [members[index]!.phoneNumber, behaviour]));
}

/** A directory with these members in it. */
export async function makeDataDir(members: readonly Member[]): Promise<string> {
  const { path: dataDir } = await tempDir('e2e');
  const store = await openMembers(inFiles(dataDir));
  await store.save(members);
  await store.close();
  return dataDir;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { people = [], simulator = {}, env = {}, outside, clock, logged = [] } = options;
  const members = membersOf(people);
  const dataDir = await makeDataDir(members);
  const server = await startServer(
    readConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      TIME_SCALE: String(TIME_SCALE),
      ...UNPACED,
      ...(env['ACS_CONNECTION_STRING'] === undefined && { SIMULATOR: 'true' }),
      ...env,
    }),
    {
      logger: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
      simulator: { seed: 1, callsPerCallerId: 0, members: scriptsOf(people), ...simulator },
      limits: UNHURRIED,
      ...(clock && { clock }),
    },
  );
  return {
    server,
    simulator: outside ?? server.simulator!,
    url: server.url,
    dataDir,
    members,
    logged,
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks again while the server has too much to do, which it says before it does anything: a slow machine is no failure. */
function patiently(url: string, init: RequestInit = {}): Promise<Response> {
  const ask = async (): Promise<Response | null> => {
    const response = await fetch(url, init);
    if (response.status !== 503) return response;
    const { code } = (await response.clone().json()) as { code?: string };
    return code === 'OVERLOADED' ? null : response;
  };
  return eventually(`an answer of ${url}`, ask, 200);
}

/** The callSessionId of a new call. */
export async function initiate(url: string, memberId: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await patiently(`${url}/api/calls/initiate/${memberId}`, { method: 'POST', headers });
  assert.is(response.status, 202, await response.clone().text());
  return ((await response.json()) as { callSessionId: string }).callSessionId;
}

/**
 * Initiates until one of several servers says yes, in turn, as a client with an Idempotency-Key may.
 * @returns a promise that need not be awaited at once: while servers are killed, its failure ends nothing else
 */
export function initiateStubbornly(urls: readonly string[], memberId: string): Promise<string> {
  const headers = { 'idempotency-key': `stubborn-${memberId}` };
  let tries = 0;
  const attempt = async (): Promise<string | null> => {
    const url = `${urls[tries % urls.length]}/api/calls/initiate/${memberId}`;
    tries += 1;
    const response = await fetch(url, { method: 'POST', headers }).catch(() => null);
    const body = response && ((await response.json().catch(() => null)) as { callSessionId: string } | null);
    return response?.status === 202 && body ? body.callSessionId : null;
  };
  const initiated = eventually(`somebody who takes the initiate of ${memberId}`, attempt, 50);
  initiated.catch(() => undefined);
  return initiated;
}

export async function statusOf(url: string, id: string): Promise<ShownCall> {
  const response = await patiently(`${url}/api/calls/status/${id}`);
  assert.is(response.status, 200, await response.clone().text());
  return (await response.json()) as ShownCall;
}

/** Each look at a call is written to the log before it is answered: whoever looks more often keeps the server from the calls. */
const BETWEEN_LOOKS_MS = 250;

/** Polls a call until it has ended. */
export function untilEnded(url: string, id: string): Promise<ShownCall> {
  const look = async (): Promise<ShownCall | null> => {
    const call = await statusOf(url, id);
    return call.disposition === null ? null : call;
  };
  return eventually(`an end of call ${id}`, look, BETWEEN_LOOKS_MS);
}

/** Calls everybody at once; what came of it, in the order of the members. */
export function callAll(url: string, members: readonly Member[]): Promise<ShownCall[]> {
  return Promise.all(members.map(async ({ memberId }) => untilEnded(url, await initiate(url, memberId))));
}

export function answersOf(call: ShownCall): string[] {
  return call.responses.map(({ questionNumber, response }) => `${questionNumber}:${response}`);
}

/** What must be true of every log, whatever went wrong: the chain is whole and a rebuild gives the same rows. */
export async function assertSound({ log, readStore }: Pick<Stores, 'log' | 'readStore'>): Promise<void> {
  const verified = await verifyLog(log);
  assert.equal(verified.findings, []);
  const rebuilt = await rebuildReadModels(log, readStore, PROVIDERS);
  assert.equal(rebuilt.differences, []);
}

/** Nobody's phone was dialled twice. */
export function assertDialledOnce(simulator: Simulator, members: readonly Member[], exactly = false): void {
  const { dialsByNumber } = simulator.stats();
  const counts = members.map(({ phoneNumber }) => dialsByNumber[phoneNumber] ?? 0);
  assert.equal(
    counts.filter((count) => count > 1 || (exactly && count < 1)),
    [],
    'each phone was dialled once',
  );
}
