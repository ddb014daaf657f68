import type { Projector } from '../../../projections/projector/projector.ts';
import type { AppHealth } from '../api.ts';
import type { DialQueue } from '../dialling/queue.ts';
import type { Quarantine } from '../inbox/quarantine.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { Dispatcher } from '../sending/dispatcher.ts';
import type { Notifier } from '../sending/notifier.ts';
import type { Deadlines } from '../watching/deadlines.ts';
import type { Reminders } from '../watching/reminders.ts';

/** Read models older than this are reported as not ready. */
const LAG_MAX_MS = 30_000;

/** The parts that are asked how they fare. */
type Watched = {
  readonly recorder: Pick<Recorder, 'parked'>;
  readonly projector: Pick<Projector, 'lagMs'>;
  readonly dialQueue: Pick<DialQueue, 'status'>;
  readonly deadlines: Pick<Deadlines, 'open'>;
  readonly dispatcher: Pick<Dispatcher, 'underWay'>;
  readonly quarantine: Pick<Quarantine, 'kept'>;
  /** Null: nobody is told of calls. */
  readonly notifier: Pick<Notifier, 'trouble'> | null;
  /** Null: nobody is reminded of calls. */
  readonly reminders: Pick<Reminders, 'problem'> | null;
};

/** How the application fares: measured against the log, and in words for operators. */
export function healthOf(parts: Watched): AppHealth {
  const { recorder, projector, dialQueue, deadlines, dispatcher, quarantine, notifier, reminders } = parts;
  const projectionLagMs = projector.lagMs();
  const [parked, dialling, quarantined] = [recorder.parked(), dialQueue.status(), quarantine.kept()];
  const behind = projectionLagMs > LAG_MAX_MS;
  const untold = notifier?.trouble();
  const unheard = reminders?.problem();
  const problems = [
    ...(behind ? ['the read models are behind the log'] : []),
    ...(dialling.paused ? [`dialling is paused: ${dialling.paused}`] : []),
    ...(quarantined > 0 ? [`${quarantined} callbacks were put into the quarantine`] : []),
    ...(untold ? [`notices of calls cannot be published: ${untold}`] : []),
    ...(unheard ? [unheard] : []),
    ...parked.map((callSessionId) => `call ${callSessionId} is set aside: its stream cannot be handled`),
  ];
  return {
    ready: !behind,
    projectionLagMs,
    openCalls: deadlines.open(),
    dispatching: dispatcher.underWay(),
    dialling,
    parked,
    quarantined,
    problems,
  };
}
