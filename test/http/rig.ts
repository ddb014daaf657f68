import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import * as assert from 'uvu/assert';
import type { Audit, Proofs } from '../../src/audit/api.ts';
import type { Closing } from '../../src/http/closing.ts';
import type { HttpConfig } from '../../src/http/config.ts';
import { buildServer } from '../../src/http/server.ts';
import { type CallbackVerifierOptions, createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { UNHURRIED } from '../support/application.ts';
import { AUDIENCE, ISSUER, type Issuer, NOW, startIssuer } from '../support/issuer.ts';
import { type MemoryAudit, memoryAudit } from '../support/memory-audit.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { type Look, watchDeclared } from './declared.ts';
import { type FakeApp, fakeApp } from './fake-app.ts';
import { EVENTS_URL } from './samples.ts';

/** Believes an issuer, at the time of its tokens. */
export function verifierFor(issuer: Issuer, options: Partial<CallbackVerifierOptions> = {}) {
  const { jwksUrl } = issuer;
  const defaults = {
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl,
    clockToleranceSeconds: 300,
    clock: virtualClock(NOW),
  };
  return createCallbackVerifier({ ...defaults, ...options });
}

/** The HTTP side over an application that answers as told, and somebody who signs callbacks. */
export type Rig = {
  readonly server: FastifyInstance;
  readonly fake: FakeApp;
  readonly audit: MemoryAudit;
  readonly issuer: Issuer;
  /** By which tokens expire and keys are fetched. */
  readonly clock: VirtualClock;
  readonly logLines: string[];
  close(): Promise<void>;
};

export type RigOptions = Partial<HttpConfig> & {
  /** Absent: no checkpoints are made. */
  readonly proofs?: Proofs;
  /** Absent: nothing is exported. */
  readonly exports?: NonNullable<Audit['exports']>;
  readonly monotonicMs?: () => number;
  /** Looks at every answer, too. */
  readonly look?: (server: FastifyInstance) => Look;
};

/** @param closing absent: the server closes in one step */
export async function startRig(
  { proofs, exports, look, monotonicMs, ...config }: RigOptions = {},
  closing?: Closing,
): Promise<Rig> {
  const issuer = await startIssuer();
  const fake = fakeApp();
  const audit = memoryAudit();
  const logLines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => logLines.push(line) });
  const clock = virtualClock(NOW);
  const callbackVerifier = verifierFor(issuer, { clock });
  const server = buildServer({
    app: fake.app,
    desk: fake.desk,
    audit: { ...audit, proofs: proofs ?? null, exports: exports ?? null },
    config: {
      publicBaseUrl: 'https://calls.example',
      callbackUrlAllow: ['https://hooks.example/acs'],
      staff: { mode: 'loopback' },
      ...config,
      // Tests are turned away more often than anybody.
      limits: { ...UNHURRIED, maxFailures: 0, ...config.limits },
    },
    callbackVerifier,
    logger,
    version: '1.2.3',
    ...(closing && { closing }),
    ...(monotonicMs && { monotonicMs }),
  });
  const undeclared = watchDeclared(server, look?.(server));
  await server.ready();
  return {
    server,
    fake,
    audit,
    issuer,
    clock,
    logLines,
    async close() {
      // A hook that fails is run once more by uvu.
      const flaws = undeclared();
      await server.close();
      await issuer.close();
      assert.equal(flaws, []);
    },
  };
}

/** Delivers `body` as ACS would, with a good token and the call's secret unless told otherwise. */
export async function deliver(
  { server, issuer }: Rig,
  body: string | Buffer,
  { url = EVENTS_URL, headers = {}, token }: { url?: string; headers?: Record<string, string>; token?: string } = {},
) {
  const authorization = `Bearer ${token ?? (await issuer.sign())}`;
  return server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', authorization, ...headers },
    payload: body,
  });
}
