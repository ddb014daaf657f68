import type { Members } from '../domain/member/members.ts';
import type { CallApp, CancelResult } from './api.ts';
import { type CallEngine, type CallEngineDeps, startCallEngine } from './call-engine.ts';
import type { CatchUpReport } from './catch-up.ts';
import { healthOf } from './health.ts';
import { startInbox } from './inbox.ts';
import { initiate } from './initiate.ts';
import { statusOf } from './status.ts';

export type CallAppDeps = CallEngineDeps & {
  readonly members: Pick<Members, 'find'>;
  /** E.164. */
  readonly callerId: string;
  /** Where ACS reaches us: `https://host/api/calls/events`. */
  readonly callbackUrl: string;
};

export type RunningCallApp = CallApp & {
  /** What the start found. */
  readonly caughtUp: CatchUpReport;
  /** Resolves when nothing is being sent and the read models show everything recorded. */
  idle(): Promise<void>;
  /** Stops deadlines, waits for what is under way, writes the last rows. The stores stay open: they are the caller's. */
  close(): Promise<void>;
};

/** Builds the application over its ports, publishes the script, and takes up every call that is still open. */
export async function startCallApp(deps: CallAppDeps): Promise<RunningCallApp> {
  const engine = await startCallEngine(deps);
  const inbox = startInbox(engine, deps);
  const { quarantine } = inbox;
  return {
    caughtUp: engine.caughtUp,
    initiate: (request) => initiate({ ...deps, ...engine }, request),
    recordCallbacks: inbox.recordCallbacks,
    recordGridEvents: inbox.recordGridEvents,
    quarantined: quarantine.list,
    releaseQuarantined: (id, actor) => quarantine.release(id, actor),
    discardQuarantined: quarantine.discard,
    cancel: (callSessionId, actor, reason) => cancel(engine, deps, { callSessionId, actor, reason }),
    status: (id) => statusOf(deps.readStore, engine.recorder, id),
    list: (page) => deps.readStore.list(page),
    isCallSecret: deps.secrets.matches,
    health: () => healthOf(engine, quarantine),
    idle: engine.idle,
    async close() {
      inbox.close();
      await engine.close();
    },
  };
}

async function cancel(
  { recorder }: Pick<CallEngine, 'recorder'>,
  { ids, clock }: Pick<CallAppDeps, 'ids' | 'clock'>,
  request: { readonly callSessionId: string; readonly actor: string; readonly reason: string | undefined },
): Promise<CancelResult> {
  const { callSessionId, actor, reason } = request;
  const at = new Date(clock.now()).toISOString();
  const input = { type: 'CancelCall', id: ids.uuid(), at, actor, ...(reason ? { reason } : {}) } as const;
  const { verdict } = await recorder.record(callSessionId, input);
  return verdict === 'unknown-call' || verdict === 'already-ended' ? verdict : 'cancelling';
}
