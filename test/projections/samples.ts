import type { CallRows, CallSessionRow, ReadStore } from '../../projections/ports.ts';
import type { CallState } from '../../src/domain/call/call.ts';
import { NOTHING_SEEN } from '../../src/domain/call/seen.ts';

/** The moment at which the samples begin, and moments after it. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 5, 9) + seconds * 1_000).toISOString();

/** The n-th call's id; later ones sort after earlier ones. */
export const callId = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Rows of the n-th call; `answers` by question number. */
export function rows(n: number, session: Partial<CallSessionRow> = {}, answers: Record<number, string> = {}): CallRows {
  const callSessionId = callId(n);
  const responses = Object.entries(answers).map(([question, response]) => ({
    responseId: `${callSessionId}-${question}`,
    callSessionId,
    questionNumber: Number(question),
    response,
    recordedAt: at(n + Number(question)),
  }));
  const row: CallSessionRow = {
    callSessionId,
    memberId: `member-${n}`,
    callConnectionId: `connection-${n}`,
    correlationId: `correlation-${n}`,
    serverCallId: `server-${n}`,
    status: 'Initiated',
    disposition: null,
    questionnaire: 'wellness@1',
    createdAt: at(n),
    updatedAt: at(n),
    version: 1,
    ...session,
  };
  return { session: row, responses };
}

/** A call that was answered, and neither ended nor asked anything yet. */
export function state(n: number, change: Partial<CallState> = {}): CallState {
  const questionnaire = { id: 'wellness', version: 1, hash: 'a'.repeat(64) };
  return {
    callSessionId: callId(n),
    version: 3,
    initiate: {
      memberId: `member-${n}`,
      phoneNumber: '+15550100123',
      callerId: '+15550100999',
      callbackUrl: 'https://calls.example/api/calls/events',
      questionnaire,
      questions: 3,
    },
    questionnaire,
    createdAt: at(n),
    updatedAt: at(n + 1),
    callConnectionId: `connection-${n}`,
    serverCallId: `server-${n}`,
    correlationId: `correlation-${n}`,
    connectedAt: at(n + 1),
    personProvenAt: null,
    notAvailable: false,
    cancelledAt: null,
    dials: 0,
    untoldLegAt: null,
    doubt: null,
    trouble: false,
    ending: null,
    position: { at: 'ringing', commandId: 'c1' },
    check: null,
    strays: [],
    claims: [],
    foreign: false,
    contradictions: 0,
    late: 0,
    asks: [],
    answers: [],
    deadline: null,
    seen: NOTHING_SEEN,
    ...change,
  };
}

/** Every row of a store. */
export async function contents(store: ReadStore): Promise<CallRows[]> {
  const sessions = await store.list({ filter: {}, limit: 10_000 });
  const calls = await Promise.all(sessions.map((session) => store.bySession(session.callSessionId)));
  return calls.filter((call) => call !== null);
}

/** The rows as a log would give them, one after the other. */
export async function* stream(calls: readonly CallRows[]): AsyncGenerator<CallRows> {
  for (const call of calls) yield call;
}
