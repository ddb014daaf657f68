import type { CallState } from './call.ts';
import type { Seen } from './seen.ts';

/** What an entry changes of a call. How the call was begun never changes. */
export type Update = Partial<Omit<CallState, 'callSessionId' | 'version' | Beginning | 'updatedAt' | 'seen'>>;
type Beginning = 'initiate' | 'questionnaire' | 'createdAt';

/**
 * The state after one more entry. Member by member, and then what the update names: to spread it over a state takes five times
 * as long, to look for each member in it twice, and every entry of every call comes along here.
 * @param at when the entry was recorded
 */
export function updated(before: CallState, update: Update, at: string, seen: Seen): CallState {
  const after: { -readonly [N in keyof CallState]: CallState[N] } = {
    callSessionId: before.callSessionId,
    version: before.version + 1,
    initiate: before.initiate,
    questionnaire: before.questionnaire,
    createdAt: before.createdAt,
    updatedAt: at,
    callConnectionId: before.callConnectionId,
    serverCallId: before.serverCallId,
    correlationId: before.correlationId,
    connectedAt: before.connectedAt,
    personProvenAt: before.personProvenAt,
    notAvailable: before.notAvailable,
    cancelledAt: before.cancelledAt,
    trouble: before.trouble,
    ending: before.ending,
    position: before.position,
    dials: before.dials,
    untoldLegAt: before.untoldLegAt,
    check: before.check,
    doubt: before.doubt,
    strays: before.strays,
    claims: before.claims,
    foreign: before.foreign,
    contradictions: before.contradictions,
    late: before.late,
    asks: before.asks,
    answers: before.answers,
    deadline: before.deadline,
    seen,
  };
  // Null is a value; what an update does not name stays.
  const [now, then]: [Readonly<Record<string, unknown>>, Record<string, unknown>] = [update, after];
  for (const name in now) if (now[name] !== undefined) then[name] = now[name];
  return after;
}
