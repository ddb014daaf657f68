import pino from 'pino';
import { type RunningCallApp, startCallApp } from '../../../src/app/call-app.ts';
import type { Telephony } from '../../../src/app/ports.ts';
import type { Audit } from '../../../src/audit/api.ts';
import { openAudit } from '../../../src/composition/audit.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { inFiles, openStores, storeFiles } from '../../../src/composition/stores.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { callbackKeysMadeIn } from '../../../src/config/callback-key.ts';
import type { Member } from '../../../src/domain/member/members.ts';
import type { CallbackVerifier } from '../../../src/identity/acs-callbacks.ts';
import { type CallSecrets, createCallSecrets } from '../../../src/identity/call-secrets.ts';
import { appDeps, serveApp, verifierOf } from '../../support/application.ts';
import { memoryAudit, NO_VERIFICATIONS } from '../../support/memory-audit.ts';
import { legOf, type OpenCall } from '../load/mix.ts';
import { serveWorker } from '../serve-worker.ts';
import { portOf } from './port-of.ts';
import type { TokenCheck } from './token-check.ts';

type Started = { readonly app: RunningCallApp; readonly secrets: CallSecrets };

/** A provider that accepts at once: the row is about taking callbacks in, not about sending requests out. */
const TELEPHONY: Telephony = {
  async send(command, call) {
    if (command.type !== 'PlaceCall') return { type: 'Accepted' };
    const id = new URL(call.callbackUri).searchParams.get('call') ?? '';
    return { type: 'Accepted', callConnectionId: legOf(id) };
  },
  close: async () => {},
};

/** Everybody is a member: members are read once per call, and no row here is about that. */
const MEMBERS = {
  find: async (memberId: string): Promise<Member> => ({ memberId, phoneNumber: '+15550100123' }),
  list: async () => [],
  search: async () => ({ members: [], isPartial: false }),
};

/** Keeps none of the looks that it is told: thousands of them are work for the garbage collector that no server of ours has. */
const UNHEARD: Audit = { ...memoryAudit(), access: { record: async () => {} } };

const ANY_TOKEN: CallbackVerifier = { verify: async () => 'ok' };

let started: Started | null = null;

/**
 * The real server as src/composition/server.ts puts it together, but for telephony, members and, where null, the token check.
 * Who looks is recorded where that is asked for.
 */
async function start(dataDir: string, tokenCheck: TokenCheck | null, looks?: 'recorded'): Promise<number> {
  const stores = await openStores(inFiles(dataDir));
  const logger = pino({ level: 'info' }, pino.destination('/dev/null'));
  const secrets = createCallSecrets(callbackKeysMadeIn(storeFiles(dataDir).callbackKey)[0]!.key);
  const app = await startCallApp(
    appDeps({
      ...stores,
      members: MEMBERS,
      telephony: TELEPHONY,
      secrets,
      // Nobody waits for a turn: a call that did would have other entries, and the mix says which there are.
      dialPolicy: { concurrentCalls: 1_000_000, callsPerSecond: Number.POSITIVE_INFINITY },
      journal: logger,
      callbackUrl: 'http://127.0.0.1/api/calls/events',
    }),
  );
  const callbackVerifier = tokenCheck ? verifierOf({ ...tokenCheck, resourceId: tokenCheck.audience }) : ANY_TOKEN;
  // Limited as it is shipped.
  const special = { publicBaseUrl: 'http://127.0.0.1', limits: {} };
  const audit =
    looks &&
    openAudit({
      publicBaseUrl: 'https://calls.example',
      ...stores,
      log: app.log,
      providers: PROVIDERS,
      clock: systemClock,
      journal: logger,
      staffNames: new Map(),
      proofs: null,
      sealed: null,
      verifications: NO_VERIFICATIONS,
    });
  const { server } = await serveApp({ app, callbackVerifier, logger, ...special, audit: audit ?? UNHEARD });
  started = { app, secrets };
  return portOf(server);
}

/** Opens calls, as many requests at a time as a busy office sends. */
async function openCalls(count: number): Promise<OpenCall[]> {
  const { app, secrets } = running();
  const opened: OpenCall[] = [];
  for (let left = count; left > 0; left -= 200) {
    const batch = Array.from({ length: Math.min(200, left) }, async (_, index) => {
      const memberId = `M-${nextMember + index}`;
      const result = await app.initiate({ memberId, actor: 'coordinator:bench' });
      if (!result.ok) throw new Error(`initiate: ${result.code}`);
      opened.push({ callSessionId: result.callSessionId, secret: secrets.of(result.callSessionId) });
    });
    await Promise.all(batch);
    nextMember += 200;
  }
  await app.idle();
  return opened;
}

let nextMember = 1;

/** How many of the calls have all three answers. */
async function countCompleted(calls: readonly OpenCall[]): Promise<number> {
  const { app } = running();
  await app.idle();
  let completed = 0;
  for (const { callSessionId } of calls) {
    const rows = await app.status(callSessionId);
    if (rows?.session.disposition === 'completed' && rows.responses.length === 3) completed += 1;
  }
  return completed;
}

/** Resolves when the read models show everything. */
async function settle(): Promise<void> {
  await running().app.idle();
}

function running(): Started {
  if (!started) throw new Error('not started');
  return started;
}

const handlers = { start, openCalls, countCompleted, settle };

export type EmbeddedWorker = typeof handlers;

serveWorker(handlers);
