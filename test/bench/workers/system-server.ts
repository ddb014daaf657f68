import { mkdirSync } from 'node:fs';
import pino from 'pino';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { type RunningServer, startServer } from '../../../src/composition/server.ts';
import { inFiles, openMembers } from '../../../src/composition/stores.ts';
import { type Config, readConfig } from '../../../src/config/config.ts';
import type { Member } from '../../../src/domain/member/members.ts';
import type { AcsSettings } from '../../support/acs-settings.ts';
import { freePort } from '../../support/free-port.ts';
import { migrated } from '../load/migrated.ts';
import { serveWorker } from '../serve-worker.ts';

let server: RunningServer | null = null;

/**
 * The whole server, by its own composition root, on a data directory, with a provider on this machine.
 * @param more settings that add to these or replace them
 */
async function start(dataDir: string, acs: AcsSettings, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const settings = {
    DATA_DIR: dataDir,
    ...acs,
    CONCURRENT_CALLS: '100000',
    CALLS_PER_SECOND: '10000',
    ...more,
  };
  const config = await withPort(settings);
  await migrated(config);
  server = await startServer(config, {
    logger: pino({ level: 'info' }, pino.destination('/dev/null')),
  });
  return `http://127.0.0.1:${config.port}`;
}

/** Imports members M-1 to M-count, each with a number of its own. */
async function addMembers(dataDir: string, count: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const members = await openMembers(inFiles(dataDir));
  await members.save(membersOf(count));
  await members.close();
}

/** The same, into the store that the running server uses. */
async function addMembersHere(count: number): Promise<void> {
  await running().stores.members.save(membersOf(count));
}

function membersOf(count: number): Member[] {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return numbers.map((n) => ({ memberId: `M-${n}`, phoneNumber: `+1555${String(n).padStart(7, '0')}` }));
}

/** Resolves when nothing is under way and the read models show everything. */
async function settle(): Promise<void> {
  await running().app.idle();
}

function openCalls(): number {
  return running().app.health().openCalls;
}

/** Entries of the log and how many contradictions are in them. */
async function verify(): Promise<{ readonly entries: number; readonly findings: number }> {
  const { entries, findingCount } = await verifyLog(running().stores.log);
  return { entries, findings: findingCount };
}

function running(): RunningServer {
  if (!server) throw new Error('not started');
  return server;
}

/** As at SIGTERM. */
async function stop(): Promise<void> {
  await running().close();
}

/** Outside its own simulator a server must be told its address, and so its port, before it listens. */
async function withPort(settings: Readonly<Record<string, string>>): Promise<Config> {
  const port = await freePort();
  return readConfig({ PUBLIC_BASE_URL: `http://127.0.0.1:${port}`, ...settings, PORT: String(port) });
}

const handlers = { start, stop, addMembers, addMembersHere, settle, openCalls, verify };

export type SystemServerWorker = typeof handlers;

serveWorker(handlers);
