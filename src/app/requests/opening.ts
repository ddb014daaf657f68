import { createHash } from 'node:crypto';
import type { InitiateCallBody } from '../../domain/call/bodies.ts';
import { type Provider, signature } from '../../domain/call/provider.ts';
import type { NewEntry } from '../../domain/entries.ts';
import type { OpenCallBody } from '../../domain/member/member.ts';
import type { Member } from '../../domain/member/members.ts';
import { type PublishedQuestionnaire, questionNumbers } from '../../domain/questionnaire/questionnaire.ts';
import type { InitiateRequest } from '../api.ts';

/** A request, for whom, and when it was looked at. */
export type Asked = { readonly request: InitiateRequest; readonly member: Member; readonly now: Date };

/** What new calls begin with. */
type Script = {
  readonly questionnaire: PublishedQuestionnaire;
  /** The number the member sees, E.164. */
  readonly callerId: string;
  /** Where ACS posts callbacks unless the request names another place. */
  readonly callbackUrl: string;
  /** The first places it. */
  readonly providers: readonly Provider[];
};

/** The call that a request would open, and by what the same request is known when it comes again. */
export function openingOf(request: InitiateRequest, callSessionId: string): OpenCallBody {
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

/** What the first entry of the call's stream holds. */
export function initiateBody(
  { questionnaire, callerId, callbackUrl, providers }: Script,
  { request, member }: Asked,
): InitiateCallBody {
  const { id, version, hash } = questionnaire;
  return {
    memberId: member.memberId,
    phoneNumber: member.phoneNumber,
    callerId,
    callbackUrl: request.callbackUrl ?? callbackUrl,
    questionnaire: { id, version, hash },
    questions: questionNumbers(questionnaire).length,
    ...(request.priority !== undefined && { priority: request.priority }),
    ...(providers[0] && signature(providers[0])),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
