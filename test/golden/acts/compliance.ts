import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import * as assert from 'uvu/assert';
import { createVerifications } from '../../../src/audit/verify/service.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { startServer } from '../../../src/composition/server.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { journalInto } from '../../support/journal.ts';
import { sha256 } from '../../support/sha256.ts';
import { until } from '../../support/until.ts';
import type { Stage } from '../stage.ts';

const KEY = 'golden';
const DAY_MS = 86_400_000;
/** When servers verify the log, UTC. */
const NIGHT_MS = 7.5 * 3_600_000;

/**
 * A whole server, started twice on the log: somebody looks in every way there is, others are turned away, checkpoints are made and
 * their tree is opened again.
 * @param call a call of the log, and its member
 */
export async function looksAndCheckpoints(stage: Stage, call: { readonly id: string; readonly memberId: string }) {
  const apiKeys = join(stage.dataDir, 'keys.json');
  const roles = ['Coordinator', 'Compliance', 'Operator'];
  await writeFile(apiKeys, JSON.stringify([{ name: 'ada', sha256: sha256(KEY), roles }]));
  const env = {
    PORT: '0',
    SIMULATOR: 'true',
    DATA_DIR: stage.dataDir,
    API_KEYS_FILE: apiKeys,
    CHECKPOINT_ORIGIN: 'golden.example/log',
  };
  for (const act of [look, reopen]) {
    const server = await startServer(readConfig(env), { logger: pino({ level: 'silent' }) });
    await act(server.url, call);
    await server.close();
  }
}

async function look(url: string, { id, memberId }: { readonly id: string; readonly memberId: string }): Promise<void> {
  const reason = { 'x-reason': 'a complaint' };
  for (const [path, headers] of [
    [`/api/calls/status/${id}`, { 'x-purpose-of-use': 'TREAT' }],
    ['/api/calls?limit=5', {}],
    ['/api/members?limit=3', {}],
    [`/api/members/${memberId}/number`, reason],
    [`/api/audit/calls/${id}`, { 'x-purpose-of-use': 'BTG', ...reason }],
    [`/api/audit/calls/${id}?raw=true`, { 'x-purpose-of-use': 'HLEGAL', ...reason }],
    [`/api/audit/members/${memberId}`, {}],
    [`/api/audit/search?memberId=${memberId}`, {}],
    [`/api/audit/access?member=${memberId}`, {}],
    ['/api/quarantine', {}],
  ] as const)
    await asked(url, path, 200, { headers });
  await asked(url, '/api/audit/backups', 201, { method: 'POST' });
  await exportAndTell(url, memberId);
  // More than are named one by one.
  for (let n = 0; n < 14; n += 1) await asked(url, '/api/calls', 401, { headers: { authorization: 'Bearer nobody' } });
  await asked(url, '/api/audit/checkpoint', 200, { method: 'POST' });
}

/** An export, one that is broken off, and what is recorded by hand of what was told. */
async function exportAndTell(url: string, memberId: string): Promise<void> {
  const withhold = [{ entries: 'InitiateCall', reason: 'shows a number' }];
  const recipient = { name: 'a court', address: '1 Square' };
  const begin = { memberId, recipient, purpose: 'HLEGAL', withhold };
  const { exportId, firstLine } = JSON.parse(await posted(url, '/api/audit/exports', 201, begin));
  await posted(url, `/api/audit/exports/${exportId}/parts`, 200, { after: JSON.parse(firstLine).note });
  await posted(url, '/api/audit/exports', 201, {
    from: '2026-01-01',
    recipient: { name: 'nobody' },
    purpose: 'HOPERAT',
  });
  const told = { recipient: 'somebody else', what: 'that a call was made', purpose: 'by mistake', on: '2026-03-01' };
  await posted(url, '/api/audit/disclosures', 201, { memberId, ...told, reason: 'a complaint' });
  const suspended = { memberId, agency: 'an agency', until: dayAhead(), reason: 'a statement of theirs' };
  await posted(url, '/api/audit/suspensions', 201, suspended);
  await posted(url, '/api/audit/sign-offs', 201, { month: '2026-02', statement: 'nothing odd' });
}

function dayAhead(): string {
  return new Date(Date.now() + 10 * DAY_MS).toISOString().slice(0, 10);
}

async function posted(url: string, path: string, status: number, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  return asked(url, path, status, { method: 'POST', body: JSON.stringify(body), headers });
}

async function reopen(url: string): Promise<void> {
  const body = JSON.stringify({ reason: 'another log was known' });
  const headers = { 'content-type': 'application/json' };
  await asked(url, '/api/audit/checkpoint', 200, { method: 'POST' });
  await asked(url, '/api/audit/reopen', 200, { method: 'POST', body, headers });
  await asked(url, '/api/audit/checkpoint', 200, { method: 'POST' });
}

async function asked(url: string, path: string, status: number, init: RequestInit = {}): Promise<string> {
  const response = await fetch(`${url}${path}`, { ...init, headers: { 'x-api-key': KEY, ...init.headers } });
  const text = await response.text();
  assert.is(response.status, status, `${path}: ${text}`);
  return text;
}

/** One of the servers verifies the log at night, and once more when somebody asks. */
export async function verifications(stage: Stage): Promise<void> {
  const { stores, log, close } = await stage.start();
  const night = Math.floor((Date.now() - NIGHT_MS) / DAY_MS) * DAY_MS + NIGHT_MS;
  const sinceThenMs = Date.now() - night;
  const running = createVerifications({
    log,
    clock: { ...systemClock, now: () => Date.now() - sinceThenMs },
    process: '00000000-0000-4000-8000-000000000007',
    journal: journalInto([]),
    verify: (since, onProgress) => verifyLog(stores.log, { onProgress, ...(since && { since }) }),
  });
  running.nightly();
  await untilVerified(log, night, 1);
  assert.ok(running.begin('compliance:ada'));
  await untilVerified(log, night, 2);
  running.close();
  await close();
}

function untilVerified(log: Pick<CallEventLog, 'read'>, night: number, times: number): Promise<void> {
  const stream = `operation:${new Date(night).toISOString().slice(0, 10)}`;
  return until('the log is verified', async () => {
    return (await log.read(stream)).filter(({ type }) => type === 'EndVerification').length >= times;
  });
}
