import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { hasEnded } from '../../domain/call/call.ts';
import type { Provider } from '../../domain/call/provider.ts';
import type { Head } from '../../domain/entries.ts';
import { foldMember, type MemberState, NEW_MEMBER } from '../../domain/member/member.ts';
import type { Members } from '../../domain/member/members.ts';
import { isE164 } from '../../domain/member/phone-number.ts';
import type { PublishedQuestionnaire } from '../../domain/questionnaire/questionnaire.ts';
import { memberStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { type ToAppend, transact } from '../../log/transact.ts';
import type { InitiateRequest, InitiateResult } from '../api.ts';
import type { DialQueue } from '../dialling/queue.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { RoomWatch } from '../watching/room.ts';
import { type Asked, initiateBody, openingEntry, openingOf } from './opening.ts';

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
  /** The number the member sees, E.164. */
  readonly callerId: string;
  /** Where ACS posts callbacks unless the request names another place. */
  readonly callbackUrl: string;
  /** The first places new calls. */
  readonly providers: readonly Provider[];
};

/**
 * How long a call may stand in its member's stream without a stream of its own before it is taken for abandoned: the
 * process that opened it died in between. Far longer than any request lives.
 */
const ABANDONED_AFTER_MS = 60_000;

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
    decide: (state, head) => decideOpening(deps, { request, member, now: new Date(deps.clock.now()) }, state, head),
  });
  if (!('opened' in answer)) return answer;
  await recordInitiate(deps, answer.asked, answer.opened);
  return { ok: true, callSessionId: answer.opened, replayed: false };
}

/** Who lost a race finds the winner's call here the next time. */
async function decideOpening(
  deps: InitiateDeps,
  asked: Asked,
  state: MemberState,
  head: Head,
): Promise<ToAppend<InitiateResult | { readonly opened: string; readonly asked: Asked }>> {
  const { request, now } = asked;
  const opening = openingOf(request, deps.ids.callSessionId(now.getTime()));
  const earlier = opening.idempotencyKeyHash ? state.byKey.get(opening.idempotencyKeyHash) : undefined;
  if (earlier && earlier.requestHash !== opening.requestHash)
    return refusal({ ok: false, code: 'IDEMPOTENCY_KEY_REUSED' });
  if (earlier) return refusal(await resume(deps, asked, earlier.callSessionId));
  const stillOpen = await openCall(deps, asked, state);
  if (stillOpen) return refusal({ ok: false, code: 'CALL_OPEN', callSessionId: stillOpen });
  if (deps.room.status().isShort) return refusal({ ok: false, code: 'DISK_LOW' });
  await register(deps, asked, opening.callSessionId, head);
  return { entries: [openingEntry(asked, opening)], answer: { opened: opening.callSessionId, asked } };
}

function refusal(answer: InitiateResult): ToAppend<InitiateResult> {
  return { entries: [], answer };
}

/** The same request again. If the process died before the call's stream was written, this writes it. */
async function resume(deps: InitiateDeps, asked: Asked, callSessionId: string): Promise<InitiateResult> {
  const call = await deps.recorder.load(callSessionId);
  // Whoever recorded it may be dead by now; here it is looked after from now on.
  if (call) deps.recorder.takeUp(call);
  else if (deps.room.status().isShort) return { ok: false, code: 'DISK_LOW' };
  else await recordInitiate(deps, asked, callSessionId);
  return { ok: true, callSessionId, replayed: true };
}

/** The member's call that is still open, if there is one. */
async function openCall(deps: InitiateDeps, asked: Asked, { newest }: MemberState): Promise<string | null> {
  if (!newest) return null;
  const { now } = asked;
  const call = await deps.recorder.load(newest.callSessionId);
  if (call) return hasEnded(call) ? null : newest.callSessionId;
  // One that lies as far in the future was made before the clock was set back.
  const ageMs = Math.abs(now.getTime() - Date.parse(newest.openedAt));
  if (ageMs < ABANDONED_AFTER_MS) return newest.callSessionId;
  const body = initiateBody(deps, asked);
  const input = { type: 'AbandonCall', id: deps.ids.uuid(), at: now.toISOString(), actor: 'server', body } as const;
  const { state } = await deps.recorder.record(newest.callSessionId, input);
  return state && hasEnded(state) ? null : newest.callSessionId;
}

/** Before anything is appended, so that a crash in between leaves a name without a stream, never the reverse. */
async function register({ log }: InitiateDeps, { member, now }: Asked, callSessionId: string, head: Head) {
  const registered = [log.register(callSessionId, now)];
  if (head.version === 0) registered.push(log.register(memberStream(member.memberId), now));
  await Promise.all(registered);
}

async function recordInitiate(deps: InitiateDeps, asked: Asked, callSessionId: string): Promise<void> {
  const { actor } = asked.request;
  const body = initiateBody(deps, asked);
  const dial = deps.dialQueue.tryTurn(callSessionId);
  try {
    const at = asked.now.toISOString();
    const input = { type: 'InitiateCall', id: deps.ids.uuid(), at, actor, body, dial } as const;
    await deps.recorder.record(callSessionId, input);
  } finally {
    // Unused when somebody else has begun this call, or the log did not take it.
    if (dial) deps.dialQueue.giveBack(callSessionId);
  }
}
