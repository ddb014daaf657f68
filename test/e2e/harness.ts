import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import * as assert from 'uvu/assert';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import type { ShownCall } from '../../src/cli/api-client.ts';
import { type RunningServer, startServer } from '../../src/composition/server.ts';
import { inFiles, openMembers, type Stores } from '../../src/composition/stores.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Entry } from '../../src/domain/entries.ts';
import type { Member } from '../../src/domain/member/members.ts';
import type { MemberScript, PresetName } from '../../src/simulator/members/members.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';

export type Person = { readonly behaviour: MemberScript | PresetName } & Partial<Member>;

export type RigOptions = {
  /** Who is there to be called: M-1, M-2, ... in this order. */
  readonly people?: readonly Person[];
  readonly simulator?: SimulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** A simulator outside the server, which `env` must name; who started it closes it. */
  readonly outside?: Simulator;
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
  const dataDir = await mkdtemp(join(tmpdir(), 'callistra-e2e-'));
  const store = await openMembers(inFiles(dataDir));
  await store.save(members);
  await store.close();
  return dataDir;
}

export async function startRig({ people = [], simulator = {}, env = {}, outside }: RigOptions = {}): Promise<Rig> {
  const members = membersOf(people);
  const dataDir = await makeDataDir(members);
  const logged: string[] = [];
  const server = await startServer(
    readConfig({ PORT: '0', DATA_DIR: dataDir, TIME_SCALE: String(TIME_SCALE), ...UNPACED, ...env }),
    {
      logger: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
      simulator: { seed: 1, callsPerCallerId: 0, members: scriptsOf(people), ...simulator },
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

const PATIENCE_MS = 60_000;

/** Asks again while the server has too much to do, which it says before it does anything: a slow machine is no failure. */
async function patiently(url: string, init: RequestInit = {}): Promise<Response> {
  for (const endMs = Date.now() + PATIENCE_MS; ; await pause(200)) {
    const response = await fetch(url, init);
    if (response.status !== 503 || Date.now() > endMs) return response;
    const { code } = (await response.clone().json()) as { code?: string };
    if (code !== 'OVERLOADED') return response;
  }
}

/** The callSessionId of a new call. */
export async function initiate(url: string, memberId: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await patiently(`${url}/api/calls/initiate/${memberId}`, { method: 'POST', headers });
  assert.is(response.status, 202, await response.clone().text());
  return ((await response.json()) as { callSessionId: string }).callSessionId;
}

export async function statusOf(url: string, id: string): Promise<ShownCall> {
  const response = await patiently(`${url}/api/calls/status/${id}`);
  assert.is(response.status, 200, await response.clone().text());
  return (await response.json()) as ShownCall;
}

/** Polls a call until it has ended. */
export async function untilEnded(url: string, id: string, limitMs = 30_000): Promise<ShownCall> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const call = await statusOf(url, id);
    if (call.disposition !== null) return call;
    if (Date.now() > endMs) throw new Error(`the call is still ${call.status} after ${limitMs} ms`);
    await pause(20);
  }
}

/** Calls everybody at once; what came of it, in the order of the members. */
export function callAll(url: string, members: readonly Member[], limitMs?: number): Promise<ShownCall[]> {
  return Promise.all(members.map(async ({ memberId }) => untilEnded(url, await initiate(url, memberId), limitMs)));
}

export function answersOf(call: ShownCall): string[] {
  return call.responses.map(({ questionNumber, response }) => `${questionNumber}:${response}`);
}

/** Every entry of every stream. */
export async function allEntries(log: Stores['log']): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const stream of log.registered()) entries.push(...(await log.read(stream)));
  return entries;
}

/** What must be true of every log, whatever went wrong: the chain is whole and a rebuild gives the same rows. */
export async function assertSound({ log, readStore }: Pick<Stores, 'log' | 'readStore'>): Promise<void> {
  const verified = await verifyLog(log);
  assert.equal(verified.findings, []);
  const rebuilt = await rebuildReadModels(log, readStore);
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

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for a condition, and says which one was in vain. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`in vain waited for: ${what}`);
    await pause(10);
  }
}
