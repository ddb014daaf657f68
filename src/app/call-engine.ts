import type { ReadStore } from '../../projections/ports.ts';
import { createProjector, type Projector } from '../../projections/projector/projector.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';
import type { Ids } from '../base/ids.ts';
import { inTime } from '../base/time-limit.ts';
import type { CallState } from '../domain/call/call.ts';
import type { Provider } from '../domain/call/provider.ts';
import type { Recorded } from '../domain/call/recorded.ts';
import type { Timing } from '../domain/call/timing.ts';
import type { DialPolicy } from '../domain/dial-policy.ts';
import type { Members } from '../domain/member/members.ts';
import type { PublishedQuestionnaire, Questionnaire } from '../domain/questionnaire/questionnaire.ts';
import { questionnaireStream } from '../domain/streams.ts';
import type { CallSecrets } from '../identity/call-secrets.ts';
import type { CallEventLog } from '../log/port.ts';
import { callbackUri, isAnothers, isOurs } from './addresses.ts';
import type { DialDeps } from './dialling/dialling.ts';
import { createDialLines, type DialLines } from './dialling/lines.ts';
import { createStillMember } from './dialling/still-member.ts';
import type { Journal, LogDisk, NoticePublisher, PlaceStore, Telephony, WakeUps } from './ports.ts';
import type { Follower } from './recording/followers.ts';
import { createProviderIndex, type ProviderIndex } from './recording/provider-index.ts';
import { createQuestionnaires } from './recording/questionnaires.ts';
import { createRecorder, type Recorder, type RecorderDeps } from './recording/recorder.ts';
import { createDispatcher, type Dispatcher } from './sending/dispatcher.ts';
import { createNotifier, type Notifier } from './sending/notifier.ts';
import { createFindings, type Findings } from './showing/findings.ts';
import { createSimulatedCalls, type SimulatedCalls } from './showing/simulated.ts';
import { type CatchUpReport, startCatchUp } from './watching/catch-up.ts';
import { watchClock } from './watching/clock-watch.ts';
import { createDeadlines, type Deadlines } from './watching/deadlines.ts';
import { createLogWatch, type LogWatch } from './watching/log-watch.ts';
import { openCalls } from './watching/open-calls.ts';
import { createOthers, type Others } from './watching/others.ts';
import { createOverdueCalls, type OverdueCalls } from './watching/overdue.ts';
import { createReminders, type Reminders } from './watching/reminders.ts';
import { createRoomWatch, type RoomWatch } from './watching/room.ts';
import { createStandingCalls, type StandingCalls } from './watching/standing-calls.ts';
import { startSweep } from './watching/sweep.ts';
import { TAKE_OVER_GRACE_MS } from './watching/take-over.ts';

export type CallEngineDeps = {
  readonly log: CallEventLog;
  /** Absent: the log does not grow on a disk of ours. */
  readonly logDisk?: LogDisk;
  readonly readStore: ReadStore;
  readonly members: Pick<Members, 'find' | 'readOnly'>;
  readonly telephony: Telephony;
  /** By whose rules calls are read; the first places the new ones, and is whom `telephony` speaks to. */
  readonly providers: readonly Provider[];
  readonly secrets: CallSecrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly dialPolicy: DialPolicy;
  /** See RecorderDeps. */
  readonly decide?: RecorderDeps['decide'];
  readonly journal: Journal;
  readonly timing: Timing;
  readonly questionnaire: Questionnaire;
  /** Where the calls that may be up at once are counted. */
  readonly places: PlaceStore;
  /** What new calls are placed over: a number, E.164, or a Teams resource account (`domain/call/line.ts`). */
  readonly callerId: string;
  /** See DialDeps. */
  readonly step?: DialDeps['step'];
  /** Whether all instances that share the log show the same rows; absent: they do. */
  readonly rowsShared?: boolean;
  /** Absent: only this process, while it runs, knows of deadlines. */
  readonly wakeUps?: WakeUps;
  /** Absent: nobody is told of calls. */
  readonly noticePublisher?: NoticePublisher;
  /** Told of everything that is recorded, after it is acted on: for measuring. What it throws is noted and harms no call. */
  readonly observe?: (state: CallState, recorded: readonly Recorded[]) => void;
};

/** What keeps calls going: whatever is recorded is sent, watched over, shown and told. */
export type CallEngine = {
  /** The log, watched. */
  readonly log: CallEventLog;
  readonly logWatch: Pick<LogWatch, 'status' | 'look'>;
  readonly room: Pick<RoomWatch, 'status'>;
  readonly others: Pick<Others, 'problem'>;
  readonly recorder: Recorder;
  readonly dialQueue: DialLines;
  readonly findings: Pick<Findings, 'status'>;
  readonly simulatedCalls: Pick<SimulatedCalls, 'of'>;
  readonly deadlines: Pick<Deadlines, 'open'>;
  readonly overdue: Pick<OverdueCalls, 'list' | 'since'>;
  readonly dispatcher: Pick<Dispatcher, 'underWay'>;
  readonly projector: Pick<Projector, 'lagMs' | 'refused'>;
  readonly index: ProviderIndex;
  readonly notifier: Pick<Notifier, 'trouble'> | null;
  readonly reminders: Pick<Reminders, 'problem'> | null;
  /** The script of new calls, as the log has it. */
  readonly questionnaire: PublishedQuestionnaire;
  readonly caughtUp: CatchUpReport;
  /** Calls of this instance that may hold a leg. */
  readonly standing: Pick<StandingCalls, 'count' | 'over'>;
  /** Resolves when nothing is being sent and the read models show everything recorded. */
  idle(): Promise<void>;
  /** Nobody is dialled from now on, and no further call is looked after; those that stand go on. */
  stopDialling(): void;
  /**
   * Stops dialling and deadlines, waits for what is under way, writes the last rows.
   * @param sendingMs how long what is being sent may take; absent: as long as it does
   */
  close(sendingMs?: number): Promise<void>;
};

/** Nobody sees the difference, and a busy call is written once instead of at each of its steps: a fifth of a callback's cost. */
const COLLECT_MS = 50;
/** For the last places to be given back, where nobody says how long a close may take. */
const PLACES_MS = 10_000;

/** Publishes the script and takes up every call that is still open. */
export async function startCallEngine(deps: CallEngineDeps): Promise<CallEngine> {
  const { readStore, clock, journal } = deps;
  const room = createRoomWatch(deps.logDisk ?? null, { clock, journal });
  const logWatch = createLogWatch({ log: deps.log, clock, journal, hasRoom: room.hasRoom });
  const { log } = logWatch;
  const others = createOthers(deps.rowsShared ?? true, { clock, journal });
  const questionnaires = createQuestionnaires(log);
  const questionnaire = await questionnaires.publish(deps.questionnaire, new Date(clock.now()));
  const parts = connect({ ...deps, log }, { questionnaire: questionnaires.find, othersWrote: others.wrote }, room);
  const { recorder, dialQueue, deadlines, dispatcher, projector, reminders, notifier, standing } = parts;
  const graceMs = deps.places.isShared ? TAKE_OVER_GRACE_MS : 0;
  const catchingUp = await startCatchUp({ log, recorder, readStore, journal, graceMs }, clock);
  void catchingUp.done.then(dialQueue.start);
  // After the start, so that one that fails leaves nothing behind.
  notifier?.start();
  reminders?.start();
  logWatch.start(questionnaireStream(questionnaire.hash));
  room.start(dialQueue.lookAgain);
  const looked = { recorder, deadlines, dialQueue };
  const sweep = startSweep({ log, readStore, ...looked, othersWrote: others.wrote, clock, journal });
  const clockWatch = watchClock(clock, journal);
  const stopDialling = (): void => {
    sweep.close();
    dialQueue.stop();
    reminders?.stop();
  };
  return {
    ...parts,
    log,
    logWatch,
    room,
    others,
    questionnaire,
    caughtUp: catchingUp.found,
    async idle() {
      await dispatcher.idle();
      await projector.flush();
    },
    stopDialling,
    async close(sendingMs) {
      stopDialling();
      catchingUp.close();
      clockWatch.close();
      logWatch.close();
      room.close();
      deadlines.close();
      standing.close();
      // What hangs is unknown to the log, which the next start takes care of; the rows need not wait for that.
      await (sendingMs === undefined ? dispatcher.idle() : inTime(dispatcher.idle(), sendingMs, clock.after));
      await inTime(dialQueue.close(), sendingMs ?? PLACES_MS, clock.after);
      await reminders?.close();
      await projector.close();
      await notifier?.close();
    },
  };
}

/** Makes the parts. Each is given those that it asks, and follows the recorder for the rest. */
function connect(
  deps: CallEngineDeps,
  recording: Pick<RecorderDeps, 'questionnaire' | 'othersWrote'>,
  room: Pick<RoomWatch, 'status'>,
) {
  const { log, readStore, timing, clock, journal, wakeUps, noticePublisher: publisher } = deps;
  const recorder = createRecorder({
    log,
    clock,
    timing,
    providers: deps.providers,
    ...recording,
    freshId: deps.ids.uuid,
    ...(deps.decide && { decide: deps.decide }),
  });
  const dialQueue = createDialLines({
    clock,
    timing,
    policy: deps.dialPolicy,
    places: deps.places,
    line: deps.callerId,
    me: deps.ids.uuid().slice(0, 8),
    load: recorder.load,
    takeUp: (state, by) => recorder.takeUp(state, by === 'us' ? 0 : TAKE_OVER_GRACE_MS),
    letGo: recorder.letGo,
    openCalls: () => openCalls({ log, recorder, timing, journal }, clock),
    // A call writes some dozens of entries: what is left is for those that are up.
    held: () => (room.status().isShort ? 'the disk is nearly full' : null),
    ...(deps.step && { step: deps.step }),
  });
  const stillMember = createStillMember({ members: deps.members, clock, journal });
  const deadlines = createDeadlines({ clock, journal, recorder, dialQueue, stillMember, timing });
  // Who is next in a line is dialled by whoever gives a place.
  const watchedMs = (id: string): number | null => deadlines.leftMs(id) ?? (dialQueue.isNext(id) ? 0 : null);
  const reminders = wakeUps ? createReminders({ wakeUps, recorder, watchedMs, clock, journal }) : null;
  const index = createProviderIndex();
  const dispatcher = createDispatcher({
    telephony: deps.telephony,
    recorder,
    callbackUri: (state) => callbackUri(state, deps.secrets),
    isOurs: (callSessionId, uri) => isOurs(deps.secrets, callSessionId, uri),
    isAnothers: (callConnectionId, callSessionId) => isAnothers(index, readStore, callConnectionId, callSessionId),
    clock,
    journal,
  });
  const notifier = publisher ? createNotifier({ ledger: readStore.notices, publisher, clock, journal }) : null;
  const projector = createProjector({
    store: readStore,
    clock,
    collectMs: COLLECT_MS,
    onError: (error, calls) =>
      journal.error({ code: errorCode(error), call: calls[0] }, 'read models could not be written'),
    onWritten: () => notifier?.poke(),
  });
  const standing = createStandingCalls({ load: recorder.load, clock });
  const findings = createFindings(clock);
  const overdue = createOverdueCalls(clock, timing);
  const simulatedCalls = createSimulatedCalls(recorder);
  recorder.follow([
    // First: a call that holds its leg counts before its deadline, or anybody else's turn, is looked at.
    dialQueue,
    deadlines,
    overdue,
    standing,
    ...(reminders ? [reminders] : []),
    // Before the rows: the member waits on the line for what comes next, and whoever reads rows waits for some milliseconds.
    dispatcher,
    { recorded: projector.changed, takenUp: projector.changed },
    index,
    findings,
    simulatedCalls,
    // Last: what is measured has happened.
    ...(deps.observe ? [measured(deps.observe, journal)] : []),
  ]);
  const shown = { projector, index, findings, simulatedCalls, overdue };
  return { recorder, dialQueue, deadlines, standing, reminders, dispatcher, notifier, ...shown };
}

/** A fault in measuring must not set a call aside, as one of any other follower does. */
function measured(observe: NonNullable<CallEngineDeps['observe']>, journal: Journal): Follower {
  return {
    recorded(state, entries) {
      try {
        observe(state, entries);
      } catch (error) {
        journal.error({ code: errorCode(error) }, 'a call could not be measured');
      }
    },
  };
}
