import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import type { InitiateCallBody } from '../../domain/call/bodies.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { EMPTY_HEAD, type Entry } from '../../domain/entries.ts';
import type { OpenCallBody } from '../../domain/member/member.ts';
import { foldMember, type MemberState } from '../../domain/member/member.ts';
import type { Member, Members } from '../../domain/member/members.ts';
import { isE164 } from '../../domain/member/phone-number.ts';
import { type PublishedQuestionnaire, questionNumbers } from '../../domain/questionnaire/questionnaire.ts';
import { memberStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import type { InitiateRequest, InitiateResult } from '../api.ts';
import type { DialQueue } from '../dialling/queue.ts';
import type { Recorder } from '../recording/recorder.ts';

export type InitiateDeps = {
  readonly log: CallEventLog;
  readonly members: Pick<Members, 'find'>;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly dialQueue: Pick<DialQueue, 'tryTurn' | 'giveBack'>;
  /** Looks after a call that another instance may have begun. */
  readonly takeUp: (state: CallState) => void;
  /** The script of new calls. */
  readonly questionnaire: PublishedQuestionnaire;
  /** The number the member sees, E.164. */
  readonly callerId: string;
  /** Where ACS posts callbacks unless the request names another place. */
  readonly callbackUrl: string;
};

/**
 * How long a call may stand in its member's stream without a stream of its own before it is taken for abandoned: the
 * process that opened it died in between. Far longer than any request lives.
 */
const ABANDONED_AFTER_MS = 60_000;

/** More rivals than staff could press at once: something is broken. */
const RIVALS_MAX = 50;

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
  for (let rivals = 0; rivals < RIVALS_MAX; rivals += 1) {
    const result = await tryToOpen(deps, request, member);
    if (result !== 'rival') return result;
  }
  throw new LogError('LOG_UNAVAILABLE', 'the stream of the member is contended');
}

async function tryToOpen(
  deps: InitiateDeps,
  request: InitiateRequest,
  member: Member,
): Promise<InitiateResult | 'rival'> {
  const now = new Date(deps.clock.now());
  const entries = await deps.log.read(memberStream(member.memberId));
  const state = foldMember(entries);
  const opening = openingOf(request, deps.ids.callSessionId(now.getTime()));
  const earlier = opening.idempotencyKeyHash ? state.byKey.get(opening.idempotencyKeyHash) : undefined;
  if (earlier && earlier.requestHash !== opening.requestHash) return { ok: false, code: 'IDEMPOTENCY_KEY_REUSED' };
  if (earlier) return resume(deps, request, member, earlier.callSessionId, now);
  const stillOpen = await openCall(deps, request, member, state, now);
  if (stillOpen) return { ok: false, code: 'CALL_OPEN', callSessionId: stillOpen };
  const won = await appendOpening(deps, request, entries, opening, now);
  if (!won) return 'rival';
  await recordInitiate(deps, request, member, opening.callSessionId, now);
  return { ok: true, callSessionId: opening.callSessionId, replayed: false };
}

function openingOf(request: InitiateRequest, callSessionId: string): OpenCallBody {
  if (request.idempotencyKey === undefined) return { callSessionId };
  return {
    callSessionId,
    idempotencyKeyHash: sha256(`${request.actor}\n${request.idempotencyKey}`),
    requestHash: sha256(requestText(request)),
  };
}

/** What must be the same for a request to be the same. A request without priority is written as before there were any. */
function requestText({ callbackUrl = '', priority }: InitiateRequest): string {
  return priority === undefined ? callbackUrl : `${callbackUrl}\npriority=${priority}`;
}

/** The same request again. If the process died before the call's stream was written, this writes it. */
async function resume(
  deps: InitiateDeps,
  request: InitiateRequest,
  member: Member,
  callSessionId: string,
  now: Date,
): Promise<InitiateResult> {
  const call = await deps.recorder.load(callSessionId);
  // Whoever recorded it may be dead by now; here it is looked after from now on.
  if (call) deps.takeUp(call);
  else await recordInitiate(deps, request, member, callSessionId, now);
  return { ok: true, callSessionId, replayed: true };
}

/** The member's call that is still open, if there is one. */
async function openCall(
  deps: InitiateDeps,
  request: InitiateRequest,
  member: Member,
  { newest }: MemberState,
  now: Date,
): Promise<string | null> {
  if (!newest) return null;
  const call = await deps.recorder.load(newest.callSessionId);
  if (call) return hasEnded(call) ? null : newest.callSessionId;
  if (now.getTime() - Date.parse(newest.openedAt) < ABANDONED_AFTER_MS) return newest.callSessionId;
  const body = initiateBody(deps, request, member);
  const input = { type: 'AbandonCall', id: deps.ids.uuid(), at: now.toISOString(), actor: 'server', body } as const;
  const { state } = await deps.recorder.record(newest.callSessionId, input);
  return state && hasEnded(state) ? null : newest.callSessionId;
}

async function appendOpening(
  deps: InitiateDeps,
  request: InitiateRequest,
  entries: readonly Entry[],
  opening: OpenCallBody,
  now: Date,
): Promise<boolean> {
  const stream = memberStream(request.memberId);
  const last = entries.at(-1) ?? EMPTY_HEAD;
  const entry = {
    kind: 'command',
    type: 'OpenCall',
    id: opening.callSessionId,
    at: now.toISOString(),
    actor: request.actor,
    cause: null,
    data: JSON.stringify(opening),
  } as const;
  // Registered before anything is appended, so that a crash in between leaves a name without a stream, never the reverse.
  const registered = [deps.log.register(opening.callSessionId, now)];
  if (entries.length === 0) registered.push(deps.log.register(stream, now));
  await Promise.all(registered);
  const result = await deps.log.append(stream, { version: last.version, hash: last.hash }, [entry]);
  return !('conflict' in result);
}

async function recordInitiate(
  deps: InitiateDeps,
  request: InitiateRequest,
  member: Member,
  callSessionId: string,
  now: Date,
): Promise<void> {
  const body = initiateBody(deps, request, member);
  const { actor } = request;
  const dial = deps.dialQueue.tryTurn(callSessionId);
  try {
    const input = { type: 'InitiateCall', id: deps.ids.uuid(), at: now.toISOString(), actor, body, dial } as const;
    await deps.recorder.record(callSessionId, input);
  } finally {
    // Unused when somebody else has begun this call, or the log did not take it.
    if (dial) deps.dialQueue.giveBack(callSessionId);
  }
}

function initiateBody(deps: InitiateDeps, request: InitiateRequest, member: Member): InitiateCallBody {
  const { id, version, hash } = deps.questionnaire;
  return {
    memberId: member.memberId,
    phoneNumber: member.phoneNumber,
    callerId: deps.callerId,
    callbackUrl: request.callbackUrl ?? deps.callbackUrl,
    questionnaire: { id, version, hash },
    questions: questionNumbers(deps.questionnaire).length,
    ...(request.priority !== undefined && { priority: request.priority }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
