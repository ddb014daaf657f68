import type { Members } from '../domain/member/members.ts';
import { questionNumbers } from '../domain/questionnaire/questionnaire.ts';
import type { CallEventLog } from '../log/port.ts';
import { type CallApp, type CheckpointHealth, NO_CHECKPOINTS } from './api.ts';
import { type CallEngineDeps, startCallEngine } from './call-engine.ts';
import { startInbox } from './inbox/inbox.ts';
import { startAbandonedSweep } from './requests/abandoned.ts';
import { cancel } from './requests/cancel.ts';
import { help } from './requests/help.ts';
import { initiate } from './requests/initiate.ts';
import { healthOf } from './showing/health.ts';
import { listWhole } from './showing/list.ts';
import { createLogFinding } from './showing/log-finding.ts';
import { createScripts } from './showing/scripts.ts';
import { searchMembers } from './showing/search-members.ts';
import { statusOf } from './showing/status.ts';
import { stuckCalls } from './showing/stuck.ts';
import type { CatchUpReport } from './watching/catch-up.ts';

export type CallAppDeps = CallEngineDeps & {
  readonly members: Pick<Members, 'find' | 'list' | 'search' | 'problems' | 'readOnly'>;
  /** Where ACS reaches us: `https://host/api/calls/events`. */
  readonly callbackUrl: string;
  /** What was found of the log before the start, in words; absent: it is as it should be. */
  readonly logFinding?: string | null;
  /** The same at another moment; absent: it stands as it was found. */
  readonly findLogAgain?: () => Promise<string | null>;
  /** Whether a simulator places new calls; absent: people are called. */
  readonly simulated?: boolean;
  /** Why that looks like a mistake, in words; absent: it does not. */
  readonly simulatedDoubt?: string | null;
  /** Why the API keys of the staff cannot be read again, in words; absent: there are none. */
  readonly apiKeysTrouble?: () => string | null;
  /** By how much this machine's clock is ahead of the one that is gone by, in milliseconds; null: not known. Absent: it is that one. */
  readonly clockOff?: () => number | null;
  /** How far the log is vouched for; absent: nobody does. */
  readonly checkpoints?: () => CheckpointHealth;
  /** Whose signing keys cannot be had, and why, in words; absent: nobody's are needed. */
  readonly signingKeys?: () => readonly string[];
};

export type RunningCallApp = CallApp & {
  /** The log, watched: what others write beside the calls goes through it too. */
  readonly log: CallEventLog;
  /** False while what is left of the disk is kept for calls that are up. */
  hasRoom(): boolean;
  /** What the start found. */
  readonly caughtUp: CatchUpReport;
  /** Resolves when nothing is being sent and the read models show everything recorded. */
  idle(): Promise<void>;
  /** Nobody is dialled from now on, and no further call is looked after; those that stand go on. */
  stopDialling(): void;
  /** Resolves when no call of this instance may hold a leg any more, or others go on with it. */
  callsOver(): Promise<void>;
  /**
   * Stops dialling and deadlines, waits for what is under way, writes the last rows. The stores stay open: they are the
   * caller's.
   * @param sendingMs how long what is being sent may take; absent: as long as it does
   */
  close(sendingMs?: number): Promise<void>;
};

/** Builds the application over its ports, publishes the script, and takes up every call that is still open. */
export async function startCallApp(deps: CallAppDeps): Promise<RunningCallApp> {
  const engine = await startCallEngine(deps);
  // Once: a spread for every request would make a hidden class for every request.
  const all = { ...deps, ...engine };
  const inbox = startInbox(all);
  const { quarantine } = inbox;
  const abandoned = startAbandonedSweep(all);
  const { signingKeys = () => [], apiKeysTrouble = () => null, clockOff = () => null } = deps;
  const { checkpoints = () => NO_CHECKPOINTS, simulated = false, simulatedDoubt = null } = deps;
  const { scripts, script, rehearse } = createScripts(all);
  const logFinding = createLogFinding(deps.logFinding ?? null, deps.findLogAgain, deps.clock);
  const eventGrid = inbox.gridDelivered;
  const told = {
    quarantine,
    eventGrid,
    logFinding,
    checkpoints,
    signingKeys,
    apiKeysTrouble,
    clockOff,
    simulated,
    simulatedDoubt,
  };
  const health = () => healthOf({ ...all, ...told });
  return {
    log: engine.log,
    hasRoom: () => !engine.room.status().isShort,
    caughtUp: engine.caughtUp,
    initiate: (request) => initiate(all, request),
    recordCallbacks: inbox.recordCallbacks,
    recordGridEvents: inbox.recordGridEvents,
    quarantined: quarantine.list,
    releaseQuarantined: (id, actor, day) => quarantine.release(id, actor, { day }),
    discardQuarantined: quarantine.discard,
    discardManyQuarantined: quarantine.discardMany,
    cancel: (callSessionId, actor, reason) => cancel(all, { callSessionId, actor, reason }),
    check: (request) => help(all, 'CheckCall', request),
    closeCall: (request) => help(all, 'CloseCall', request),
    stuck: () => stuckCalls(engine),
    status: (id) => statusOf(deps.readStore, { recorder: engine.recorder, simulated: engine.simulatedCalls }, id),
    list: (page) => deps.readStore.list(page),
    figures: (from, to) => deps.readStore.counts(from, to),
    newestUpdate: () => deps.readStore.newestUpdate(),
    listWhole: (page) => listWhole(deps.readStore, page),
    questions: () => Math.max(0, ...questionNumbers(deps.questionnaire)),
    scripts,
    script,
    rehearse,
    members: (page) => deps.members.list(page),
    searchMembers: (page) => searchMembers(deps.members, page),
    member: (memberId) => deps.members.find(memberId),
    isCallSecret: deps.secrets.matches,
    health,
    async readiness() {
      await engine.logWatch.look();
      await Promise.all([quarantine.look(), logFinding.look()]);
      return health();
    },
    idle: engine.idle,
    stopDialling() {
      abandoned.close();
      engine.stopDialling();
    },
    callsOver: engine.standing.over,
    async close(sendingMs) {
      abandoned.close();
      inbox.close();
      await engine.close(sendingMs);
    },
  };
}
