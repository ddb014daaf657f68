import type { Telemetry } from '../../../src/adapters/telemetry/telemetry.ts';
import { fold } from '../../../src/domain/call/evolve.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { Conversation, SCRIPT } from '../../domain/call/conversation.ts';

/** Nobody's real name, number, prompt, answer or reason; what is exported must hold none of them. */
export const CANARIES = [
  'canaryprompt',
  'canaryyes',
  'canaryno',
  'canaryreason',
  'canarytype',
  'canaryname',
  '15550100001',
  '15550100000',
  'M-1',
  'coordinator',
  'callistra.example',
];

const CANARY_SCRIPT: typeof SCRIPT = JSON.parse(
  JSON.stringify(SCRIPT)
    .replaceAll('"text":"', '"text":"canaryprompt ')
    .replaceAll('"value":"yes"', '"value":"canaryyes"')
    .replaceAll('"value":"no"', '"value":"canaryno"'),
);

/** All three questions are answered, the last after a silence of ACS's and a wrong key. */
export function completed(): Conversation {
  const call = Conversation.withPerson({ script: CANARY_SCRIPT })
    .accepted()
    .press('one')
    .accepted()
    .press('two')
    .accepted();
  call.press('five').accepted().press('one').accepted();
  return call.said().accepted().disconnected();
}

/** Has everything in it that somebody could let slip. */
export function talkative(): Conversation {
  const call = Conversation.withPerson({ script: CANARY_SCRIPT }).refused(503, true, 8500).deadline().timedOut();
  call.accepted({ callState: 'connected' }).accepted().press('one').accepted();
  call.event('canarytype-15550100001', { participants: [{ rawId: '4:+15550100001', displayName: 'canaryname' }] });
  const { now: at } = call.wait(10);
  call.take({ type: 'CancelCall', id: 'c', at, actor: 'coordinator:canaryname', reason: 'canaryreason' });
  return call.accepted().disconnected();
}

/** Tells what was recorded as the recorder does: an input together with the commands that it caused. */
export function tell(observe: Telemetry['observe'], callSessionId: string, recorded: readonly Recorded[]): void {
  let state = null;
  for (const group of groups(recorded)) {
    state = fold(callSessionId, state, group);
    if (state) observe(state, group);
  }
}

function groups(recorded: readonly Recorded[]): Recorded[][] {
  const found: Recorded[][] = [];
  for (const entry of recorded) {
    if (entry.actor === 'flow') found.at(-1)?.push(entry);
    else found.push([entry]);
  }
  return found;
}
