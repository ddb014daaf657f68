import type { ReadStore } from '../../projections/ports.ts';
import { createProjector, type Projector } from '../../projections/projector/projector.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';
import type { Ids } from '../base/ids.ts';
import type { CallState } from '../domain/call/call.ts';
import type { Recorded } from '../domain/call/recorded.ts';
import type { Timing } from '../domain/call/timing.ts';
import type { DialPolicy } from '../domain/dial-policy.ts';
import type { PublishedQuestionnaire, Questionnaire } from '../domain/questionnaire/questionnaire.ts';
import type { CallSecrets } from '../identity/call-secrets.ts';
import type { CallEventLog } from '../log/port.ts';
import { createDialQueue, type DialQueue } from './dialling/queue.ts';
import type { DialPermits, Journal, NoticePublisher, Telephony, WakeUps } from './ports.ts';
import { createProviderIndex, type ProviderIndex } from './recording/provider-index.ts';
import { createQuestionnaires } from './recording/questionnaires.ts';
import { createRecorder, type Recorder, type RecorderDeps } from './recording/recorder.ts';
import { createDispatcher, type Dispatcher } from './sending/dispatcher.ts';
import { type Notifier, startNotifier } from './sending/notifier.ts';
import { type CatchUpReport, startCatchUp } from './watching/catch-up.ts';
import { createDeadlines, type Deadlines } from './watching/deadlines.ts';
import { createReminders, type Reminders } from './watching/reminders.ts';
import { startSweep, TAKE_OVER_GRACE_MS } from './watching/sweep.ts';

export type CallEngineDeps = {
  readonly log: CallEventLog;
  readonly readStore: ReadStore;
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
  /** What instances share of the provider's limits; absent: this instance is alone with them. */
  readonly permits?: DialPermits;
  /** Absent: only this process, while it runs, knows of deadlines. */
  readonly wakeUps?: WakeUps;
  /** Absent: nobody is told of calls. */
  readonly noticePublisher?: NoticePublisher;
  /** Told of everything that is recorded, after it is acted on: for measuring. What it throws is noted and harms no call. */
  readonly observe?: (state: CallState, recorded: readonly Recorded[]) => void;
};

/** What keeps calls going: whatever is recorded is sent, watched over, shown and told. */
export type CallEngine = {
  readonly recorder: Recorder;
  readonly dialQueue: DialQueue;
  readonly deadlines: Pick<Deadlines, 'open'>;
  readonly dispatcher: Pick<Dispatcher, 'underWay'>;
  readonly projector: Pick<Projector, 'lagMs'>;
  readonly index: ProviderIndex;
  readonly notifier: Pick<Notifier, 'trouble'> | null;
  readonly reminders: Pick<Reminders, 'problem'> | null;
  /** The script of new calls, as the log has it. */
  readonly questionnaire: PublishedQuestionnaire;
  readonly caughtUp: CatchUpReport;
  /** Looks after a call that somebody else has recorded. */
  takeUp(state: CallState, graceMs?: number): void;
  /** Resolves when nothing is being sent and the read models show everything recorded. */
  idle(): Promise<void>;
  /** Stops deadlines, waits for what is under way, writes the last rows. */
  close(): Promise<void>;
};

/** Nobody sees the difference, and a busy call is written once instead of at each of its steps: a fifth of a callback's cost. */
const COLLECT_MS = 20;

/** Publishes the script and takes up every call that is still open. */
export async function startCallEngine(deps: CallEngineDeps): Promise<CallEngine> {
  const { log, readStore, clock, journal } = deps;
  const questionnaires = createQuestionnaires(log);
  const questionnaire = await questionnaires.publish(deps.questionnaire, new Date(clock.now()));
  const parts = connect(deps, questionnaires.find);
  const { recorder, dialQueue, deadlines, dispatcher, projector, reminders, takeUp } = parts;
  const catchingUp = await startCatchUp({ log, recorder, readStore, journal, takeUp }, clock);
  void catchingUp.done.then(dialQueue.start);
  const notifier = parts.startNotifying();
  reminders?.start();
  const sweep = startSweep({ log, readStore, recorder, deadlines, takeUp, clock, journal });
  return {
    ...parts,
    notifier,
    questionnaire,
    caughtUp: catchingUp.found,
    async idle() {
      await dispatcher.idle();
      await projector.flush();
    },
    async close() {
      sweep.close();
      dialQueue.close();
      deadlines.close();
      await dispatcher.idle();
      await reminders?.close();
      await projector.close();
      await notifier?.close();
    },
  };
}

/** Makes the parts, which need each other: what one records the others act upon, and that is recorded again. */
function connect(deps: CallEngineDeps, findQuestionnaire: RecorderDeps['questionnaire']) {
  const { clock, journal, permits, wakeUps, noticePublisher } = deps;
  let notifier: Notifier | null = null;
  const projector = createProjector({
    store: deps.readStore,
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
  const recorder: Recorder = createRecorder({
    log: deps.log,
    timing: deps.timing,
    freshId: deps.ids.uuid,
    questionnaire: findQuestionnaire,
    onRecorded(state, recorded) {
      // First: a call that holds its leg counts before its deadline, or anybody else's turn, is looked at.
      dialQueue.observe(state, recorded);
      deadlines.watch(state);
      reminders?.follow(state, recorded);
      dispatcher.dispatch(state, recorded);
      projector.changed(state);
      index.observe(state);
      observe(deps, state, recorded);
    },
    ...(deps.decide && { decide: deps.decide }),
  });
  const takeUp = (state: CallState, graceMs = 0): void => {
    dialQueue.observe(state, []);
    deadlines.watch(state, graceMs);
    reminders?.remind(state);
    projector.changed(state);
    index.observe(state);
  };
  const reminders = wakeUps
    ? createReminders({ wakeUps, recorder, knows: deadlines.knows, takeUp, clock, journal })
    : null;
  /** After the start, so that one that fails leaves nothing behind. */
  const startNotifying = (): Notifier | null => {
    if (!noticePublisher) return null;
    notifier = startNotifier({ ledger: deps.readStore.notices, publisher: noticePublisher, clock, journal });
    return notifier;
  };
  return { recorder, dialQueue, deadlines, dispatcher, projector, index, reminders, takeUp, startNotifying };
}

/** An error here would set the call aside, as one of its own would. */
function observe(
  { observe, journal }: Pick<CallEngineDeps, 'observe' | 'journal'>,
  state: CallState,
  recorded: readonly Recorded[],
): void {
  try {
    observe?.(state, recorded);
  } catch (error) {
    journal.error({ code: errorCode(error) }, 'a call could not be measured');
  }
}

/** The secret is the last parameter, so that a log line cut short does not hold it. */
function callbackUri(state: CallState, secrets: CallSecrets): string {
  const uri = new URL(state.initiate.callbackUrl);
  uri.searchParams.set('call', state.callSessionId);
  uri.searchParams.set('secret', secrets.of(state.callSessionId));
  return uri.href;
}
