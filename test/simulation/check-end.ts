import type { ReadStore } from '../../projections/ports.ts';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { hasEnded } from '../../src/domain/call/call.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import type { Check } from './check.ts';
import type { Fleet } from './fleet.ts';

/** Why the world is not quiet yet, null when it is: every call ended, nothing under way, nothing waiting. */
export function unrest({ ledger, log, damage }: Check, fleet: Fleet): string | null {
  for (const stream of log.streams()) {
    if (!isCallStream(stream) || ledger.settled.has(stream) || damage.entries.has(stream)) continue;
    const state = ledger.states.get(stream);
    if (!state || !hasEnded(state))
      return `${stream} is ${state?.position.at ?? 'nothing'}, due ${state?.deadline?.at}`;
    if (state.deadline) return `${stream} has ended and has a deadline at ${state.deadline.at}`;
  }
  for (const { name, app } of fleet.up()) {
    const { dispatching, openCalls, projectionLagMs, dialling, parked } = app.health();
    if (dispatching > 0) return `${name} is dispatching ${dispatching} commands`;
    if (openCalls > 0) return `${name} watches over ${openCalls} calls, dialling: ${JSON.stringify(dialling)}`;
    if (projectionLagMs > 0) return `${name} has rows to write`;
    if (dialling.waiting > 0 || dialling.active > 0)
      return `${name} has ${dialling.waiting} + ${dialling.active} dials`;
    const sound = parked.find((stream) => !damage.entries.has(stream));
    if (sound) return `${name} has parked ${sound}`;
  }
  return null;
}

/** Which call's row is older than the log, null when none is. */
export async function rowsBehind({ ledger, damage }: Check, readStore: ReadStore): Promise<string | null> {
  const shown = await readStore.versions([...ledger.states.keys()]);
  for (const [callSessionId, { version }] of ledger.states) {
    if (shown.get(callSessionId) !== version && !damage.entries.has(callSessionId))
      return `the rows of ${callSessionId} are behind the log`;
  }
  return null;
}

/**
 * When all is quiet: everything that was promised is there, everywhere it was promised.
 * @param kept the log where it is kept
 */
export async function checkEnd(check: Check, readStore: ReadStore, kept: CallEventLog): Promise<void> {
  const { sim, log, ledger, damage } = check;
  const isDamaged = (stream: string): boolean => damage.entries.has(stream);
  await checkRows(check, readStore);
  const setAside = check.queues?.poison
    .texts()
    .find((text) => ![...damage.entries.keys()].some((id) => text.includes(id)));
  if (setAside) sim.fail('no call is given up', `a message was set aside: ${setAside}`);
  const { differences } = await rebuildReadModels(kept, readStore, PROVIDERS);
  const different = differences.find((stream) => !isDamaged(stream));
  if (different) sim.fail('read models equal a rebuild', `the rows of ${different} differ from a rebuild`);
  const witness = (stream: string) => {
    const state = ledger.states.get(stream);
    return state && { version: state.version };
  };
  const { findings } = await verifyLog(kept, { beside: async () => ({ witness }) });
  const finding = findings.find(({ stream }) => !isDamaged(stream));
  if (finding) sim.fail('the log verifies', JSON.stringify(finding));
  for (const [stream, { version }] of damage.entries) {
    if (findings.some((found) => found.stream === stream && found.version === version)) continue;
    sim.fail('a damaged entry is found and named', `nothing is found at entry ${version} of ${stream}`);
  }
  for (const [callSessionId, events] of ledger.acknowledged) {
    const ids = new Set(log.peek(callSessionId).map(({ id }) => id));
    const lost = [...events.keys()].find((id) => !ids.has(id));
    if (lost) sim.fail('a 2xx means durably recorded', `event ${lost} of ${callSessionId} is gone`);
  }
}

/** What members pressed and the application acknowledged is what people read. */
async function checkRows({ sim, ledger, damage }: Check, readStore: ReadStore): Promise<void> {
  for (const callSessionId of ledger.promised) {
    if (damage.entries.has(callSessionId)) continue;
    const rows = await readStore.bySession(callSessionId);
    if (!rows) sim.fail('what was promised is there', `${callSessionId} has no row`);
    for (const [question, values] of ledger.pressed.get(callSessionId) ?? []) {
      const response = rows?.responses.find(({ questionNumber }) => questionNumber === question)?.response;
      if (response !== undefined && values.has(response)) continue;
      const pressed = [...values].join(' or ');
      sim.fail(
        'an answer pressed is an answer kept',
        `${callSessionId} question ${question}: ${pressed} pressed, ${response} shown`,
      );
    }
  }
}
