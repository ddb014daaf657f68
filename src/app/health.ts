import type { AppHealth } from './api.ts';
import type { CallEngine } from './call-engine.ts';
import type { Quarantine } from './quarantine.ts';

/** Read models older than this are reported as not ready. */
const LAG_MAX_MS = 30_000;

/** How the application fares: measured against the log, and in words for operators. */
export function healthOf(
  { projector, recorder, dialQueue, deadlines, dispatcher, notifier, alarms }: CallEngine,
  quarantine: Pick<Quarantine, 'kept'>,
): AppHealth {
  const projectionLagMs = projector.lagMs();
  const [parked, dialling, quarantined] = [recorder.parked(), dialQueue.status(), quarantine.kept()];
  const behind = projectionLagMs > LAG_MAX_MS;
  const untold = notifier?.trouble();
  const unheard = alarms?.problem();
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
