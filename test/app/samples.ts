import type { InitiateCallBody } from '../../src/domain/call/bodies.ts';
import type { Input } from '../../src/domain/call/input.ts';
import type { NewEntry } from '../../src/domain/entries.ts';
import type { PublishedQuestionnaire, Questionnaire } from '../../src/domain/questionnaire/questionnaire.ts';
import { CALLER_ID, NOBODY_URL } from '../support/application.ts';
import { callback } from '../support/callbacks.ts';

export const MEMBERS = Array.from({ length: 30 }, (_, index) => ({
  memberId: `M-${index + 1}`,
  phoneNumber: `+1555010${String(2_000 + index)}`,
}));

const ACTOR = 'coordinator:ann';

/** A call of the first member, of before legs were asked about, so that a callback is enough to go on; a script that nobody has published has some hash. */
export function initiateBody(script: Questionnaire | PublishedQuestionnaire): InitiateCallBody {
  const { id, version } = script;
  const hash = 'hash' in script ? script.hash : 'f'.repeat(64);
  const questionnaire = { id, version, hash };
  return { ...MEMBERS[0]!, callerId: CALLER_ID, callbackUrl: NOBODY_URL, questionnaire, questions: 3 };
}

/** The first entry of a call, as another process has left it. */
export function initiated(questionnaire: Questionnaire): NewEntry {
  const common = { kind: 'command', type: 'InitiateCall', id: 'initiate', cause: null } as const;
  const data = JSON.stringify(initiateBody(questionnaire));
  return { ...common, at: '2026-03-02T15:00:00.000Z', actor: ACTOR, data };
}

/** What makes the recorder begin a call. */
export function initiateInput(script: Questionnaire | PublishedQuestionnaire, at: string, dial = true): Input {
  return { type: 'InitiateCall', id: 'initiate', at, actor: ACTOR, body: initiateBody(script), dial };
}

/** A callback of the call's connection, as the recorder takes it. */
export function heardInput(name: string, at: string, data: Readonly<Record<string, unknown>> = {}, id?: string): Input {
  const { type: eventType, ...event } = callback(name, { callConnectionId: 'connection-1', ...data }, id);
  return { type: 'Callback', at, eventType, ...event };
}
