import { createHash } from 'node:crypto';
import type { InitiateCallBody } from '../../domain/call/bodies.ts';
import type { CallState } from '../../domain/call/call.ts';
import { type Provider, signature } from '../../domain/call/provider.ts';
import type { NewEntry } from '../../domain/entries.ts';
import type { OpenCallBody } from '../../domain/member/member.ts';
import type { Member } from '../../domain/member/members.ts';
import { type PublishedQuestionnaire, questionNumbers } from '../../domain/questionnaire/questionnaire.ts';
import type { InitiateRequest } from '../api.ts';

/** A request, for whom, and when it was looked at. */
export type Asked = { readonly request: InitiateRequest; readonly member: Member; readonly now: Date };

/** What new calls begin with. */
export type Script = {
  readonly questionnaire: PublishedQuestionnaire;
  /** What calls are placed over: the number the member sees, or a Teams resource account (`domain/call/line.ts`). */
  readonly callerId: string;
  /** Where ACS posts callbacks unless the request names another place. */
  readonly callbackUrl: string;
  /** The first places it. */
  readonly providers: readonly Provider[];
  /** Whether a simulator places it. */
  readonly simulated?: boolean;
};

/** The call that a request would open, and by what the same request is known when it comes again. */
export function openingOf({ request, member }: Asked, script: Script, callSessionId: string): OpenCallBody {
  const { phoneNumber } = member;
  if (request.idempotencyKey === undefined) return { callSessionId, phoneNumber };
  return {
    callSessionId,
    phoneNumber,
    idempotencyKeyHash: sha256(`${request.actor}\n${request.idempotencyKey}`),
    requestHash: sha256(plainest(request, script)),
  };
}

/** Whether an opening is that of this request. */
export function isSameRequest(opening: OpenCallBody, request: InitiateRequest, script: Script): boolean {
  return spellings(request, script).some((text) => sha256(text) === opening.requestHash);
}

/** A request that names a default is the request that leaves it out. */
function plainest(request: InitiateRequest, script: Script): string {
  return spellings(request, script)[0]!;
}

/** The texts of one request, the plainest first. Entries of old hold the hash of the one that was used. */
function spellings({ callbackUrl, priority = 'normal' }: InitiateRequest, script: Script): [string, ...string[]] {
  const isDefault = callbackUrl === undefined || callbackUrl === new URL(script.callbackUrl).href;
  const urls = isDefault ? ['', new URL(script.callbackUrl).href] : [callbackUrl];
  const priorities = priority === 'normal' ? ['', '\npriority=normal'] : [`\npriority=${priority}`];
  const [first = '', ...others] = priorities.flatMap((end) => urls.map((url) => `${url}${end}`));
  return [first, ...others];
}

/** Whether others have closed the call before it had begun: its first entry and its end are one write. */
export function wasAbandoned({ ending, createdAt, cancelledAt }: CallState): boolean {
  return ending?.by === 'closed' && ending.at === createdAt && cancelledAt === null;
}

/** The entry of the member's stream. */
export function openingEntry({ request, now }: Asked, opening: OpenCallBody): NewEntry {
  return {
    kind: 'command',
    type: 'OpenCall',
    id: opening.callSessionId,
    at: now.toISOString(),
    actor: request.actor,
    cause: null,
    data: JSON.stringify(opening),
  };
}

/** What the first entry of the call's stream holds: the call is for the number for which it was opened. */
export function initiateBody(
  { questionnaire, callerId, callbackUrl, providers, simulated }: Script,
  { request, member }: Pick<Asked, 'member'> & { readonly request: Pick<InitiateRequest, 'callbackUrl' | 'priority'> },
  { phoneNumber = member.phoneNumber }: Pick<OpenCallBody, 'phoneNumber'>,
): InitiateCallBody {
  const { id, version, hash } = questionnaire;
  return {
    memberId: member.memberId,
    phoneNumber,
    callerId,
    callbackUrl: request.callbackUrl ?? callbackUrl,
    questionnaire: { id, version, hash },
    questions: questionNumbers(questionnaire).length,
    ...(request.priority === 'low' && { priority: request.priority }),
    ...(providers[0] && signature(providers[0])),
    ...(simulated && { simulated }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
