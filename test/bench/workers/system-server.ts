import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import pino from 'pino';
import { type Config, readConfig } from '../../../src/config.ts';
import { verifyLog } from '../../../src/log/verify.ts';
import { type RunningServer, startServer } from '../../../src/server.ts';
import { openMembers } from '../../../src/stores.ts';
import type { AcsAccess } from '../load/acs-access.ts';
import { serveWorker } from '../serve-worker.ts';

let server: RunningServer | null = null;

/** The whole server, by its own composition root, on a data directory, with a provider on this machine. */
async function start(dataDir: string, acs: AcsAccess, timeScale: number): Promise<string> {
  const settings = {
    DATA_DIR: dataDir,
    ACS_CONNECTION_STRING: acs.connectionString,
    ACS_RESOURCE_ID: acs.resourceId,
    ACS_CALLER_ID: '+15550100000',
    ACS_TOKEN_ISSUER: acs.issuer,
    ACS_JWKS_URI: acs.jwksUrl,
    COGNITIVE_SERVICES_ENDPOINT: 'https://speech.bench.invalid/',
    TIME_SCALE: String(timeScale),
    CONCURRENT_CALLS: '100000',
    CALLS_PER_SECOND: '10000',
  };
  server = await startServer(await withPort(settings), {
    logger: pino({ level: 'info' }, pino.destination('/dev/null')),
  });
  return server.url;
}

/** Imports members M-1 to M-count, each with a number of its own. */
async function addMembers(dataDir: string, count: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const members = openMembers(dataDir);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await members.save(numbers.map((n) => ({ memberId: `M-${n}`, phoneNumber: `+1555${String(n).padStart(7, '0')}` })));
  await members.close();
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

/** Outside its own simulator a server must be told its address, and so its port, before it listens. */
async function withPort(settings: Readonly<Record<string, string>>): Promise<Config> {
  const port = await freePort();
  return readConfig({ ...settings, PORT: String(port), PUBLIC_BASE_URL: `http://127.0.0.1:${port}` });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'));
      probe.close(() => resolve(address.port));
    });
  });
}

const handlers = { start, addMembers, settle, openCalls, verify };

export type SystemServerWorker = typeof handlers;

serveWorker(handlers);
