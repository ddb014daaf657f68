import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import type { Provider } from '../../domain/call/provider.ts';
import { callStatus } from '../../domain/call/summary.ts';
import { foldMember, type MemberState, NEW_MEMBER, type OpenCallBody } from '../../domain/member/member.ts';
import type { Members } from '../../domain/member/members.ts';
import { isE164 } from '../../domain/member/phone-number.ts';
import type { PublishedQuestionnaire } from '../../domain/questionnaire/questionnaire.ts';
import { memberStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { type ToAppend, transact } from '../../log/transact.ts';
import type { InitiateRequest, InitiateResult } from '../api.ts';
import type { DialQueue } from '../dialling/queue.ts';
import { CallParkedError } from '../recording/parked.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { RoomWatch } from '../watching/room.ts';
import { ABANDONED_AFTER_MS, abandon } from './abandoned.ts';
import { type Asked, initiateBody, isSameRequest, openingEntry, openingOf, wasAbandoned } from './opening.ts';

export type InitiateDeps = {
  readonly log: CallEventLog;
  readonly members: Pick<Members, 'find'>;
  readonly recorder: Pick<Recorder, 'record' | 'load' | 'takeUp'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly dialQueue: Pick<DialQueue, 'tryTurn' | 'giveBack'>;
  readonly room: Pick<RoomWatch, 'status'>;
  /** The script of new calls. */
  readonly questionnaire: PublishedQuestionnaire;
  /** What calls are placed over: the number the member sees, or a Teams resource account (`domain/call/line.ts`). */
  readonly callerId: string;
  /** Where ACS posts callbacks unless the request names another place. */
  readonly callbackUrl: string;
  /** The first places new calls. */
  readonly providers: readonly Provider[];
  /** Whether a simulator places new calls. */
  readonly simulated?: boolean;
};

/**
 * Opens a call for a member, at most one at a time however many ask at once on however many instances: the member's own
 * stream is appended to before the call's, and an append at a version succeeds once.
 * @throws LogError
 */
export async function initiate(deps: InitiateDeps, request: InitiateRequest): Promise<InitiateResult> {
  const member = await deps.members.find(request.memberId);
  if (!member) return { ok: false, code: 'MEMBER_NOT_FOUND' };
  // A plan's own table may hold numbers as people write them. ACS would refuse every one, and the breaker would take that
  // for its trouble.
  if (!isE164(member.phoneNumber)) return { ok: false, code: 'MEMBER_NOT_CALLABLE' };
  const { answer } = await transact(deps.log, {
    stream: memberStream(member.memberId),
    empty: () => NEW_MEMBER,
    fold: foldMember,
    decide: (state) => decideOpening(deps, { request, member, now: new Date(deps.clock.now()) }, state),
  });
  if (!('opened' in answer)) return answer;
  const { asked, opened } = answer;
  const { callSessionId } = opened;
  return (await begin(deps, asked, opened)) ?? { ok: true, callSessionId, status: 'Initiated', replayed: false };
}

/** Who lost a race finds the winner's call here the next time. */
async function decideOpening(
  deps: InitiateDeps,
  asked: Asked,
  state: MemberState,
): Promise<ToAppend<InitiateResult | { readonly opened: OpenCallBody; readonly asked: Asked }>> {
  const { request, now } = asked;
  const opening = openingOf(asked, deps, deps.ids.callSessionId(now.getTime()));
  const earlier = opening.idempotencyKeyHash ? state.byKey.get(opening.idempotencyKeyHash) : undefined;
  if (earlier && !isSameRequest(earlier, request, deps)) return refusal({ ok: false, code: 'IDEMPOTENCY_KEY_REUSED' });
  if (earlier) return refusal(await resume(deps, asked, earlier));
  const stillOpen = await openCall(deps, asked, state);
  if (stillOpen) return refusal({ ok: false, code: 'CALL_OPEN', callSessionId: stillOpen });
  if (deps.room.status().isShort) return refusal({ ok: false, code: 'DISK_LOW' });
  // For every hour in which it is appended to, though its name may be on the list of an earlier one: see `abandoned.ts`.
  await deps.log.register(memberStream(asked.member.memberId), now);
  return { entries: [openingEntry(asked, opening)], answer: { opened: opening, asked } };
}

function refusal(answer: InitiateResult): ToAppend<InitiateResult> {
  return { entries: [], answer };
}

/** The same request again. If the process died before the call's stream was written, this writes it. */
async function resume(deps: InitiateDeps, asked: Asked, earlier: OpenCallBody): Promise<InitiateResult> {
  const { callSessionId } = earlier;
  const call = await deps.recorder.load(callSessionId);
  if (!call && deps.room.status().isShort) return { ok: false, code: 'DISK_LOW' };
  const refused = call ? refusedAs(call) : await begin(deps, asked, earlier);
  if (refused) return refused;
  // Whoever recorded it may be dead by now; here it is looked after from now on.
  if (call) deps.recorder.takeUp(call);
  return { ok: true, callSessionId, status: call ? callStatus(call) : 'Initiated', replayed: true };
}

/** A call that others closed before it had begun is no answer to who asked for it, however often the same is asked. */
function refusedAs(call: CallState): InitiateResult | null {
  return wasAbandoned(call) ? { ok: false, code: 'CALL_ENDED', callSessionId: call.callSessionId } : null;
}

/** The member's call that is still open, if there is one. */
async function openCall(deps: InitiateDeps, asked: Asked, { newest }: MemberState): Promise<string | null> {
  if (!newest) return null;
  const { now } = asked;
  const call = await deps.recorder.load(newest.callSessionId).catch(givenUp);
  if (call === 'given-up') return null;
  if (call) return hasEnded(call) ? null : newest.callSessionId;
  // One that lies as far in the future was made before the clock was set back.
  const ageMs = Math.abs(now.getTime() - Date.parse(newest.openedAt));
  if (ageMs < ABANDONED_AFTER_MS) return newest.callSessionId;
  const state = await abandon(deps, asked.member, newest, now.toISOString());
  return state && hasEnded(state) ? null : newest.callSessionId;
}

/** A call that cannot be handled keeps its member until somebody gives it up. */
function givenUp(error: unknown): 'given-up' {
  if (error instanceof CallParkedError && error.isClosed) return 'given-up';
  throw error;
}

/**
 * Writes the first entry of a call's stream. Its name is put on the register by whoever has won the member, and by no rival:
 * a name without a stream would be looked after by all instances.
 * @returns why the call is no answer to the request, null when it is one
 */
async function begin(deps: InitiateDeps, asked: Asked, opened: OpenCallBody): Promise<InitiateResult | null> {
  const { callSessionId } = opened;
  const { actor } = asked.request;
  await deps.log.register(callSessionId, asked.now);
  const body = initiateBody(deps, asked, opened);
  const dial = await deps.dialQueue.tryTurn(callSessionId);
  try {
    const at = asked.now.toISOString();
    const input = { type: 'InitiateCall', id: deps.ids.uuid(), at, actor, body, dial } as const;
    const { state } = await deps.recorder.record(callSessionId, input);
    // Who was held up for long may find that somebody else has written it.
    return state && refusedAs(state);
  } finally {
    // Unused when somebody else has begun this call, or the log did not take it.
    if (dial) deps.dialQueue.giveBack(callSessionId);
  }
}
