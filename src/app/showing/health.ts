import type { ReadStore } from '../../../projections/ports.ts';
import type { Projector } from '../../../projections/projector/projector.ts';
import type { Members } from '../../domain/member/members.ts';
import {
  type AppHealth,
  type CallFindings,
  type CheckpointHealth,
  HEALTH_PROBLEMS,
  type HealthProblem,
} from '../api.ts';
import type { DialQueue } from '../dialling/queue.ts';
import type { Quarantine } from '../inbox/quarantine.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { Dispatcher } from '../sending/dispatcher.ts';
import type { Notifier } from '../sending/notifier.ts';
import type { Deadlines } from '../watching/deadlines.ts';
import type { LogWatch } from '../watching/log-watch.ts';
import type { Others } from '../watching/others.ts';
import type { Reminders } from '../watching/reminders.ts';
import type { RoomWatch } from '../watching/room.ts';
import type { Findings } from './findings.ts';
import type { LogFinding } from './log-finding.ts';

/** Read models older than this are a problem. */
const LAG_MAX_MS = 30_000;

/** More than what two well-kept clocks differ by. */
const CLOCK_OFF_MAX_MS = 5_000;

/** The parts that are asked how they fare. */
type Watched = {
  readonly logWatch: Pick<LogWatch, 'status'>;
  readonly room: Pick<RoomWatch, 'status'>;
  readonly logFinding: Pick<LogFinding, 'words'>;
  readonly recorder: Pick<Recorder, 'parked'>;
  readonly projector: Pick<Projector, 'lagMs' | 'refused'>;
  readonly readStore: Pick<ReadStore, 'problems'>;
  readonly members: Pick<Members, 'problems'>;
  readonly dialQueue: Pick<DialQueue, 'status'>;
  readonly deadlines: Pick<Deadlines, 'open'>;
  readonly dispatcher: Pick<Dispatcher, 'underWay'>;
  readonly quarantine: Pick<Quarantine, 'counts'>;
  readonly findings: Pick<Findings, 'status'>;
  readonly checkpoints: () => CheckpointHealth;
  /** Whose signing keys cannot be had, and why, in words. */
  readonly signingKeys: () => readonly string[];
  readonly simulated: boolean;
  /** Why nobody is called where somebody should be, in words; null: it is meant so. */
  readonly simulatedDoubt: string | null;
  /** Why the API keys of the staff cannot be read again, in words; null: they can. */
  readonly apiKeysTrouble: () => string | null;
  /** By how much this machine's clock is ahead of the store's; null: nobody knows, or it is the clock that counts. */
  readonly clockOff: () => number | null;
  /** What was delivered. */
  readonly eventGrid: () => AppHealth['eventGrid'];
  /** Null: nobody is told of calls. */
  readonly notifier: Pick<Notifier, 'trouble'> | null;
  /** Null: nobody is reminded of calls. */
  readonly reminders: Pick<Reminders, 'problem'> | null;
  readonly others: Pick<Others, 'problem'>;
};

type Figures = Omit<AppHealth, 'ready' | 'problems' | 'codedProblems' | 'problemCounts'>;

/**
 * How the application fares, in words for operators. A server that is not ready is taken out of service, and its callbacks die:
 * so only a log that takes no entries makes it unready.
 */
export function healthOf(parts: Watched): AppHealth {
  const figures: Figures = {
    log: parts.logWatch.status(),
    room: parts.room.status(),
    projectionLagMs: parts.projector.lagMs(),
    openCalls: parts.deadlines.open(),
    dispatching: parts.dispatcher.underWay(),
    dialling: parts.dialQueue.status(),
    parked: parts.recorder.parked(),
    quarantined: parts.quarantine.counts().waiting,
    quarantineArrivals: parts.quarantine.counts().arrivals,
    findings: parts.findings.status(),
    checkpoints: parts.checkpoints(),
    simulated: parts.simulated,
    eventGrid: parts.eventGrid(),
    clockOffMs: parts.clockOff(),
  };
  const problems = problemsOf(parts, figures);
  return {
    ...figures,
    ready: figures.log.trouble === null,
    problems: problems.map(([, words]) => words),
    codedProblems: problems.map(([code, words]) => ({ code, words })),
    problemCounts: countsOf(problems),
  };
}

type Problem = readonly [code: HealthProblem, words: string];

function problemsOf(parts: Watched, figures: Figures): Problem[] {
  const { logFinding, notifier, reminders } = parts;
  const { log, room, projectionLagMs, dialling, quarantined, parked } = figures;
  const untold = notifier?.trouble();
  const problems: readonly (readonly [code: HealthProblem, words: string | false | null | undefined])[] = [
    ['LOG_UNAVAILABLE', log.trouble !== null && `the log takes no entries: ${log.trouble}`],
    ['LOG_BEHIND', logFinding.words()],
    ['CALLS_SIMULATED', parts.simulatedDoubt],
    ['API_KEYS_DAMAGED', parts.apiKeysTrouble()],
    ['CLOCK_OFF', clockWords(figures.clockOffMs)],
    ['DISK_LOW', room.isShort && 'the disk is nearly full: no new calls are taken'],
    ['READ_MODELS_BEHIND', projectionLagMs > LAG_MAX_MS && 'the read models are behind the log'],
    ['DIALLING_PAUSED', dialling.paused !== null && `dialling is paused: ${dialling.paused}`],
    [
      'QUARANTINE',
      quarantined > 0 && `${quarantined} callbacks or events wait in the quarantine: callistra quarantine list`,
    ],
    ['NOTICES_UNPUBLISHED', untold && `notices of calls cannot be published: ${untold}`],
    ['REMINDERS_UNHEARD', reminders?.problem()],
    ['ROWS_NOT_SHARED', parts.others.problem()],
  ];
  return [
    ...problems.flatMap(([code, words]) => (words ? [[code, words] as const] : [])),
    ...(parts.readStore.problems?.() ?? []).map((words) => ['READ_MODELS_DAMAGED', words] as const),
    ...(parts.members.problems?.() ?? []).map((words) => ['MEMBERS_DAMAGED', words] as const),
    ...parts.projector
      .refused()
      .map((id) => ['CALL_WITHOUT_ROW', `call ${id} has no row: it cannot be shown`] as const),
    ...findingProblems(figures.findings),
    ...checkpointProblems(figures.checkpoints),
    ...parts.signingKeys().map((words) => ['SIGNING_KEYS_UNAVAILABLE', words] as const),
    ...parked.map((id) => ['CALL_PARKED', `call ${id} is set aside: its stream cannot be handled`] as const),
  ];
}

function clockWords(offMs: number | null): string | null {
  if (offMs === null || Math.abs(offMs) <= CLOCK_OFF_MAX_MS) return null;
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  const side = offMs > 0 ? 'ahead of' : 'behind';
  return `this machine's clock is ${seconds} s ${side} the storage's, by which calls go; tokens may be refused`;
}

/** Fewer calls say nothing of a number, and less than this share is what networks refuse of any. */
const CALLS_MIN = 20;
const REFUSED_SHARE = 0.2;

function findingProblems({ foreign, contradictions, callers }: CallFindings): Problem[] {
  const refused = callers.filter(({ calls, refused }) => calls >= CALLS_MIN && refused / calls >= REFUSED_SHARE);
  return [
    ...foreign.map((id) => ['CALL_OF_LATER_RELEASE', `call ${id} is led by a later release`] as const),
    ...(contradictions > 0
      ? [['EVENTS_CONTRADICT', `${contradictions} events came under the identity of another one`] as const]
      : []),
    ...refused.map(
      ({ caller, calls, refused }) =>
        [
          'CALLER_REFUSED',
          `networks refused ${refused} of the last ${calls} calls over the line that ends in ${caller}`,
        ] as const,
    ),
  ];
}

function altered({ at, findings }: NonNullable<CheckpointHealth['verified']>): string {
  return `verifying the log at ${at} had ${findings} findings: callistra audit verify names them`;
}

function checkpointProblems({ fork, trouble, uncoveredMs, isLate, verified }: CheckpointHealth): Problem[] {
  const age = Math.round(uncoveredMs / 1_000);
  return [
    ...(fork === null ? [] : [['CHECKPOINT_FORK', `nothing is signed: ${fork}`] as const]),
    ...(isLate ? [['CHECKPOINT_LATE', `no checkpoint covers what was recorded ${age} s ago`] as const] : []),
    ...(trouble === null ? [] : [['CHECKPOINT_TROUBLE', `checkpoints: ${trouble}`] as const]),
    ...(verified && verified.findings > 0 ? [['LOG_ALTERED', altered(verified)] as const] : []),
  ];
}

function countsOf(problems: readonly Problem[]): AppHealth['problemCounts'] {
  const counts = HEALTH_PROBLEMS.map((code) => [code, problems.filter(([known]) => known === code).length]);
  return Object.fromEntries(counts) as AppHealth['problemCounts'];
}
