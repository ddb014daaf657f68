import type { Members, ReadStore } from '../../projections/ports.ts';
import { createProjector } from '../../projections/projector.ts';
import type { CallState } from '../domain/call.ts';
import type { Questionnaire } from '../domain/questionnaire.ts';
import type { Recorded } from '../domain/recorded.ts';
import type { Timing } from '../domain/timing.ts';
import type { CallEventLog } from '../log/port.ts';
import { type Alarms, createAlarms } from './alarms.ts';
import type { AppHealth, CallApp, CallbackResult, ReceivedCallback } from './api.ts';
import type { CallSecrets } from './call-secrets.ts';
import { type CatchUpReport, startCatchUp } from './catch-up.ts';
import { createDeadlines } from './deadlines.ts';
import { createDialQueue, type DialPolicy, type DialStatus } from './dial-queue.ts';
import { createDispatcher } from './dispatcher.ts';
import { errorCode } from './error-code.ts';
import { receiveGridEvents } from './event-grid.ts';
import { createGridRouter } from './grid-router.ts';
import { initiate } from './initiate.ts';
import { type Notifier, startNotifier } from './notifier.ts';
import type { Clock, DialPermits, Ids, Journal, NoticePublisher, Telephony, WakeUps } from './ports.ts';
import { createProviderIndex } from './provider-index.ts';
import { createQuarantine } from './quarantine.ts';
import { createQuestionnaires } from './questionnaires.ts';
import { createRecorder, type Recorder, type RecorderDeps } from './recorder.ts';
import { startReroute } from './reroute.ts';
import { createSideStreams } from './side-streams.ts';
import { statusOf } from './status.ts';
import { startSweep, TAKE_OVER_GRACE_MS } from './sweep.ts';

export type CallAppDeps = {
  readonly log: CallEventLog;
  readonly readStore: ReadStore;
  readonly members: Pick<Members, 'find'>;
  readonly telephony: Telephony;
  readonly secrets: CallSecrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly dialPolicy: DialPolicy;
  /** See RecorderDeps. */
  readonly decide?: RecorderDeps['decide'];
  readonly journal: Journal;
  readonly timing: Timing;
  readonly questionnaire: Questionnaire;
  /** E.164. */
  readonly callerId: string;
  /** Where ACS reaches us: `https://host/api/calls/events`. */
  readonly callbackUrl: string;
  /** What instances share of the provider's limits; absent: this instance is alone with them. */
  readonly permits?: DialPermits;
  /** Absent: only this process, while it runs, knows of deadlines. */
  readonly wakeUps?: WakeUps;
  /** Absent: nobody is told of calls. */
  readonly noticePublisher?: NoticePublisher;
  /** Told of everything that is recorded, after it is acted on: for measuring. What it throws is noted and harms no call. */
  readonly observe?: (state: CallState, recorded: readonly Recorded[]) => void;
};

export type RunningCallApp = CallApp & {
  /** What the start found. */
  readonly caughtUp: CatchUpReport;
  /** Resolves when nothing is being sent and the read models show everything recorded. */
  idle(): Promise<void>;
  /** Stops deadlines, waits for what is under way, writes the last rows. The stores stay open: they are the caller's. */
  close(): Promise<void>;
};

/** Nobody sees the difference, and a busy call is written once instead of at each of its steps: a fifth of a callback's cost. */
const COLLECT_MS = 20;

/** Read models older than this are reported as not ready. */
const LAG_MAX_MS = 30_000;

/** Builds the application over its ports, publishes the script, and takes up every call that is still open. */
export async function startCallApp(deps: CallAppDeps): Promise<RunningCallApp> {
  const { log, readStore, clock, journal, timing } = deps;
  const questionnaires = createQuestionnaires(log);
  const questionnaire = await questionnaires.publish(deps.questionnaire, new Date(clock.now()));
  let notifier: Notifier | null = null;
  const projector = createProjector({
    store: readStore,
    clock,
    collectMs: COLLECT_MS,
    onError: (error) => journal.error({ code: errorCode(error) }, 'read models could not be written'),
    onWritten: () => notifier?.poke(),
  });
  const dispatcher = createDispatcher({
    telephony: deps.telephony,
    recorder: () => recorder,
    callbackUri: (state) => callbackUri(state, deps.secrets),
    clock,
    journal,
  });
  const { permits, wakeUps } = deps;
  const dialQueue = createDialQueue(clock, deps.dialPolicy, {
    ...(permits && { sharing: { permits, load: (id) => recorder.load(id) } }),
  });
  const deadlines = createDeadlines({
    clock,
    journal,
    recorder: () => recorder,
    dialQueue,
    onMoved: (state) => takeUp(state, TAKE_OVER_GRACE_MS),
  });
  const index = createProviderIndex();
  const onRecorded = (state: CallState, recorded: readonly Recorded[]): void => {
    // First: a call that holds its leg counts before its deadline, or anybody else's turn, is looked at.
    dialQueue.observe(state, recorded);
    deadlines.watch(state);
    alarms?.follow(state, recorded);
    dispatcher.dispatch(state, recorded);
    projector.changed(state);
    index.observe(state);
    observe(deps, state, recorded);
  };
  const recorder: Recorder = createRecorder({
    log,
    timing,
    freshId: deps.ids.uuid,
    questionnaire: questionnaires.find,
    onRecorded,
    ...(deps.decide && { decide: deps.decide }),
  });
  const takeUp = (state: CallState, graceMs = 0): void => {
    dialQueue.observe(state, []);
    deadlines.watch(state, graceMs);
    alarms?.remind(state);
    projector.changed(state);
    index.observe(state);
  };
  const alarms: Alarms | null = wakeUps
    ? createAlarms({ wakeUps, recorder, knows: deadlines.knows, takeUp, clock, journal })
    : null;
  const catchingUp = await startCatchUp({ log, recorder, readStore, journal, takeUp }, clock);
  if (deps.noticePublisher) {
    notifier = startNotifier({ ledger: readStore.notices, publisher: deps.noticePublisher, clock, journal });
  }
  void catchingUp.done.then(dialQueue.start);
  alarms?.start();
  const sweep = startSweep({ log, readStore, recorder, deadlines, takeUp, clock, journal });
  const recordOf = (callSessionId: string, callbacks: readonly ReceivedCallback[]): Promise<CallbackResult> =>
    recordCallbacks(recorder, clock, callSessionId, callbacks);
  const router = createGridRouter({ index, readStore, recorder, clock });
  const streams = createSideStreams(log);
  const quarantine = createQuarantine({
    log,
    streams,
    clock,
    hand: (item, event) =>
      item.callSessionId === undefined ? router.hand(item, event) : recordOf(item.callSessionId, [event]),
  });
  const reroute = startReroute({ quarantine, find: router.find, clock, journal });
  const opening = { ...deps, recorder, questionnaire, dialQueue, takeUp };

  return {
    caughtUp: catchingUp.found,
    initiate: (request) => initiate(opening, request),
    async recordCallbacks(callSessionId, callbacks) {
      const result = await recordOf(callSessionId, callbacks);
      if (result === 'unknown-call') {
        await quarantine.keep(
          callbacks.map(({ id, type, raw }) => ({ callSessionId, eventId: id, eventType: type, raw })),
        );
      }
      return result;
    },
    recordGridEvents: (events) => receiveGridEvents({ router, quarantine, reroute, streams, clock, journal }, events),
    quarantined: quarantine.list,
    releaseQuarantined: (id, actor) => quarantine.release(id, actor),
    discardQuarantined: quarantine.discard,
    async cancel(callSessionId, actor, reason) {
      const input = {
        type: 'CancelCall',
        id: deps.ids.uuid(),
        at: iso(clock),
        actor,
        ...(reason ? { reason } : {}),
      } as const;
      const { verdict } = await recorder.record(callSessionId, input);
      return verdict === 'unknown-call' || verdict === 'already-ended' ? verdict : 'cancelling';
    },
    status: (id) => statusOf(readStore, recorder, id),
    list: (page) => readStore.list(page),
    isCallSecret: deps.secrets.matches,
    health: () => ({
      ...health(
        projector.lagMs(),
        recorder.parked(),
        dialQueue.status(),
        quarantine.kept(),
        notifier?.trouble() ?? null,
        alarms?.problem() ?? null,
      ),
      openCalls: deadlines.open(),
      dispatching: dispatcher.underWay(),
    }),
    async idle() {
      await dispatcher.idle();
      await projector.flush();
    },
    async close() {
      sweep.close();
      reroute.close();
      dialQueue.close();
      deadlines.close();
      await dispatcher.idle();
      await alarms?.close();
      await projector.close();
      await notifier?.close();
    },
  };
}

/** An error here would set the call aside, as one of its own would. */
function observe(
  { observe, journal }: Pick<CallAppDeps, 'observe' | 'journal'>,
  state: CallState,
  recorded: readonly Recorded[],
): void {
  try {
    observe?.(state, recorded);
  } catch (error) {
    journal.error({ code: errorCode(error) }, 'a call could not be measured');
  }
}

async function recordCallbacks(
  recorder: Recorder,
  clock: Clock,
  callSessionId: string,
  callbacks: readonly ReceivedCallback[],
): Promise<CallbackResult> {
  let result: CallbackResult = 'duplicate';
  for (const { id, type, data, raw } of callbacks) {
    const input = { type: 'Callback', id, at: iso(clock), eventType: type, data, raw } as const;
    const { verdict } = await recorder.record(callSessionId, input);
    if (verdict === 'unknown-call') return verdict;
    if (verdict === 'recorded') result = 'recorded';
  }
  return result;
}

/** The secret is the last parameter, so that a log line cut short does not hold it. */
function callbackUri(state: CallState, secrets: CallSecrets): string {
  const uri = new URL(state.initiate.callbackUrl);
  uri.searchParams.set('call', state.callSessionId);
  uri.searchParams.set('secret', secrets.of(state.callSessionId));
  return uri.href;
}

function health(
  projectionLagMs: number,
  parked: readonly string[],
  dialling: DialStatus,
  quarantined: number,
  untold: string | null,
  unheard: string | null,
): Omit<AppHealth, 'openCalls' | 'dispatching'> {
  const behind = projectionLagMs > LAG_MAX_MS;
  const problems = [
    ...(behind ? ['the read models are behind the log'] : []),
    ...(dialling.paused ? [`dialling is paused: ${dialling.paused}`] : []),
    ...(quarantined > 0 ? [`${quarantined} callbacks were put into the quarantine`] : []),
    ...(untold ? [`notices of calls cannot be published: ${untold}`] : []),
    ...(unheard ? [unheard] : []),
    ...parked.map((callSessionId) => `call ${callSessionId} is set aside: its stream cannot be handled`),
  ];
  return { ready: !behind, projectionLagMs, dialling, parked, quarantined, problems };
}

function iso(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
