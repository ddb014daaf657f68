import type { CallState, Seen } from './call.ts';

/** What an entry changes of a call. How the call was begun never changes. */
export type Update = Partial<Omit<CallState, 'callSessionId' | 'version' | Beginning | 'updatedAt' | 'seen'>>;
type Beginning = 'initiate' | 'questionnaire' | 'createdAt';

/**
 * The state after one more entry. Member by member: to spread an update over a state takes five times as long, and every entry
 * of every call comes along here.
 * @param at when the entry was recorded
 */
export function updated(before: CallState, update: Update, at: string, seen: Seen): CallState {
  return {
    callSessionId: before.callSessionId,
    version: before.version + 1,
    initiate: before.initiate,
    questionnaire: before.questionnaire,
    createdAt: before.createdAt,
    updatedAt: at,
    callConnectionId: either(update.callConnectionId, before.callConnectionId),
    serverCallId: either(update.serverCallId, before.serverCallId),
    correlationId: either(update.correlationId, before.correlationId),
    connectedAt: either(update.connectedAt, before.connectedAt),
    personProvenAt: either(update.personProvenAt, before.personProvenAt),
    notAvailable: either(update.notAvailable, before.notAvailable),
    cancelledAt: either(update.cancelledAt, before.cancelledAt),
    trouble: either(update.trouble, before.trouble),
    ending: either(update.ending, before.ending),
    position: either(update.position, before.position),
    check: either(update.check, before.check),
    doubt: either(update.doubt, before.doubt),
    strays: either(update.strays, before.strays),
    claims: either(update.claims, before.claims),
    foreign: either(update.foreign, before.foreign),
    contradictions: either(update.contradictions, before.contradictions),
    asks: either(update.asks, before.asks),
    answers: either(update.answers, before.answers),
    deadline: either(update.deadline, before.deadline),
    seen,
  };
}

/** Null is a value; what an update does not name stays. */
function either<Value>(now: Value | undefined, before: Value): Value {
  return now === undefined ? before : now;
}
