import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import * as assert from 'uvu/assert';
import type { Audit } from '../../src/audit/api.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import { buildServer } from '../../src/http/server.ts';
import { type ExportRig, startExportRig } from '../audit/export/rig.ts';
import { sampleAccounting } from '../http/api/audit/evidence-samples.ts';
import { CHECKPOINT_STATUS, sampleReplay, WHOLE_CALL } from '../http/api/audit/samples.ts';
import { type FakeApp, fakeApp } from '../http/fake-app.ts';
import { CALL, ROWS } from '../http/samples.ts';
import { record } from '../projections/access-contract.ts';
import { type MemoryAudit, memoryAudit } from '../support/memory-audit.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** The console as Compliance sees it, without a browser. */
export type AuditRig = {
  readonly server: FastifyInstance;
  readonly audit: MemoryAudit;
  readonly fake: FakeApp;
  readonly exported: ExportRig;
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  post(url: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
};

export const HOST = '127.0.0.1';
export const AS_COMPLIANCE = { cookie: 'callistra-seen-as=Compliance', host: HOST };

/** The console over real exports of a real tree, and an audit that remembers what reached it. */
export async function startAuditRig(others: Partial<Pick<Audit, 'proofs' | 'exports'>> = {}): Promise<AuditRig> {
  const exported = await startExportRig();
  await exported.keep(7, 'M-1');
  const fake = fakeApp();
  const audit = memoryAudit();
  fill(audit);
  audit.shown = [record(1, { members: ['M-1'], calls: [CALL], reason: '=1+1 <b>why</b>' })];
  const { checkpoints } = exported.instance;
  const proofs: Audit['proofs'] = { ...checkpoints, tree: checkpoints.tree, status: () => CHECKPOINT_STATUS };
  const whole: Audit = Object.assign(audit, { proofs, exports: exported.exports, ...others });
  const staff = { mode: 'loopback' } as const;
  const server = buildServer({
    app: fake.app,
    desk: fake.desk,
    audit: whole,
    config: { publicBaseUrl: `http://${HOST}`, callbackUrlAllow: [], staff },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    pages: (scope) =>
      consoleRoutes(scope, {
        app: fake.app,
        audit: whole,
        desk: fake.desk,
        staff,
        clock: virtualClock(0),
        freshId: () => 'fresh',
        telephones: null,
      }),
  });
  const inject = (asked: InjectOptions) => server.inject(asked);
  return {
    server,
    audit,
    fake,
    exported,
    get: (url, headers = {}) => inject({ url, headers: { ...AS_COMPLIANCE, ...headers } }),
    post: (url, fields = {}, headers = {}) =>
      inject({
        method: 'POST',
        url,
        headers: {
          ...AS_COMPLIANCE,
          origin: `http://${HOST}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
}

/** What it knows unless a test says otherwise. */
export function fill(audit: MemoryAudit): void {
  audit.failure = null;
  audit.seen.length = 0;
  audit.knows = {
    call: async () => sampleReplay(),
    search: async () => ({ calls: [{ ...ROWS.session, staff: [] }], looked: 1, unreadable: [], next: null }),
  };
  audit.checked = { check: async () => WHOLE_CALL, proof: async () => ({ text: 'a proof\n', memberId: 'M-1' }) };
  audit.disclosed = { accounting: async () => sampleAccounting() };
  audit.verified = { underWay: null, last: null };
}

export const COURT = { member: 'M-1', name: 'Court of Example', purpose: 'HLEGAL', reason: 'subpoena 12' };
export const NEW = '/console/audit/exports/new';

/** Makes an export by the form. @returns the address of its page */
export async function made({ post }: AuditRig, fields: Record<string, string> = COURT): Promise<string> {
  const { statusCode, headers } = await post(NEW, fields);
  assert.is(statusCode, 303);
  return String(headers['location']);
}

/** No browser opens it, runs anything in it, or keeps it. */
export function assertIsFile(headers: Readonly<Record<string, unknown>>): void {
  assert.match(String(headers['content-disposition']), /^attachment; filename="[\w.-]+"$/);
  assert.is(headers['content-type'], 'application/octet-stream');
  assert.is(headers['x-content-type-options'], 'nosniff');
  assert.is(headers['content-security-policy'], "default-src 'none'; sandbox");
  assert.is(headers['cache-control'], 'no-store');
}

/** A verification that found two entries that were altered. */
export const FOUND: NonNullable<MemoryAudit['verified']['last']> = {
  ...{ at: '2026-03-02T09:00:00.000Z', actor: 'compliance:ann', scope: 'all' as const, streams: 3, entries: 30 },
  ...{ findingCount: 2, noteCount: 0, restsOn: null },
  findings: [
    { stream: CALL, version: 4, kind: 'rewritten' },
    { stream: 'member:M-7', version: 1, kind: 'hash' },
  ],
};
