import type { FastifyReply } from 'fastify';
import { PURPOSES } from '../audit/access/look.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

/** Every error this server answers with: status and title by its stable code. */
const PROBLEMS = {
  BAD_REQUEST: [400, 'The request is not valid'],
  INVALID_JSON: [400, 'The body is not valid JSON in UTF-8'],
  INVALID_EVENT: [400, 'The body is not made of CloudEvents'],
  INVALID_CURSOR: [400, 'The cursor is not one of ours'],
  INVALID_IDEMPOTENCY_KEY: [400, 'Idempotency-Key takes 1 to 255 printable characters'],
  INVALID_PURPOSE: [400, `x-purpose-of-use takes one of ${PURPOSES.join(', ')}`],
  INVALID_REASON: [400, 'x-reason takes 1 to 500 printable characters'],
  REASON_REQUIRED: [400, 'This needs a reason, in the header x-reason'],
  UNAUTHENTICATED: [401, 'Credentials are missing or not valid'],
  FORBIDDEN: [403, 'This is not allowed'],
  ROUTE_NOT_FOUND: [404, 'There is no such route'],
  MEMBER_NOT_FOUND: [404, 'There is no such member'],
  CALL_NOT_FOUND: [404, 'There is no such call'],
  QUESTIONNAIRE_NOT_FOUND: [404, 'No script was published under this hash'],
  EXPORT_NOT_FOUND: [404, 'There is no such export'],
  CHECKPOINT_NOT_FOUND: [404, 'There is no checkpoint yet'],
  PROOF_NOT_FOUND: [404, 'No checkpoint covers such a call yet'],
  TILE_NOT_FOUND: [404, 'The tree has no such tile'],
  METHOD_NOT_ALLOWED: [405, 'The route does not take this method'],
  REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  NOT_IN_QUARANTINE: [404, 'Nothing waits in the quarantine under this id'],
  EXPORT_NOTE: [400, 'This is no note of this export to go on from'],
  EXPORT_BEGIN_AGAIN: [409, 'The key or the tree is another one than when the export was begun; begin it again'],
  CALL_STILL_UNKNOWN: [409, 'The log still has no such call'],
  CALL_OPEN: [409, 'The member has an open call'],
  CALL_ENDED: [409, 'The call has ended'],
  CALL_NOT_OVERDUE: [409, 'The call goes on by itself; somebody may be talking, and only an overdue one is helped so'],
  CALL_WITHOUT_CONNECTION: [409, 'The provider has named no connection of the call to ask about; it can be closed'],
  CALL_OF_LATER_RELEASE: [409, 'A later release leads the call; start that release again'],
  MEMBERS_READ_ONLY: [409, 'The members are kept elsewhere and are only read here'],
  CHECKPOINT_FORK: [409, 'Somebody knows another log than this one; nothing is signed until it is opened again'],
  CHECKPOINT_KEY: [409, 'The key that signs checkpoints is not here'],
  TOO_LARGE: [413, 'The request is too large'],
  URI_TOO_LONG: [414, 'The address is too long'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The content type is not supported'],
  EXPECTATION_FAILED: [417, 'Nothing but Expect: 100-continue can be met'],
  MEMBER_NOT_CALLABLE: [422, 'The member has no telephone number in E.164 form'],
  MEMBERS_NOT_IMPORTED: [422, 'Nothing was imported: the file has records that cannot be, or none at all'],
  CALLBACK_URL_NOT_ALLOWED: [422, 'callbackUrl is not on the allow-list'],
  IDEMPOTENCY_KEY_REUSED: [422, 'Idempotency-Key was used for another request'],
  TOO_MANY_FAILURES: [429, 'Too many requests from this address were turned away; it has to wait'],
  HEADERS_TOO_LARGE: [431, 'The headers are too large'],
  INTERNAL: [500, 'Something went wrong here'],
  UNAVAILABLE: [503, 'This is not possible at the moment'],
  DISK_LOW: [503, 'The disk is nearly full; no new calls are taken, and no data of members is shown'],
  CHECKPOINT_UNAVAILABLE: [503, 'No checkpoint can be made at the moment'],
  CALL_PARKED: [503, 'The call is set aside; an operator must see to it'],
  MEMBERS_CORRUPT: [503, 'The store of the members is damaged; an operator must see to it'],
  OVERLOADED: [503, 'The server has too much to do'],
  NOT_READY: [503, 'The server is not ready'],
  RESTART_NEEDED: [503, 'Only a new process can write the log again'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Members that a problem may have beside those of RFC 9457. Never anything of a member. */
export type ProblemExtras = {
  readonly detail?: string;
  readonly callSessionId?: string;
  readonly problems?: readonly string[];
  /** Of what kinds the problems are, by stable codes. */
  readonly codes?: readonly string[];
  /** Which release says so. */
  readonly version?: string;
};

const PROBLEM_TYPE = 'application/problem+json';

// Any client that is told 503 may send the same again after this time; ACS and Event Grid have their own schedule.
const RETRY_AFTER_SECONDS = 5;

export function problemStatus(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** The body of a problem (RFC 9457) as JSON text. */
export function problemJson(code: ProblemCode, extras?: ProblemExtras): string {
  const [status, title] = PROBLEMS[code];
  const type = `urn:problem-type:callistra:${code.toLowerCase().replaceAll('_', '-')}`;
  return JSON.stringify({ type, title, status, code, ...extras });
}

/** The headers of an answer that Fastify does not write, after which the connection is closed. */
export function problemHeaders(body: string): Record<string, string> {
  const length = String(Buffer.byteLength(body));
  return { 'content-type': PROBLEM_TYPE, connection: 'close', 'content-length': length, ...SAFE_HEADERS };
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, code: ProblemCode, extras?: ProblemExtras): FastifyReply {
  const status = problemStatus(code);
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  // As bytes: to text Fastify adds a charset, which this type does not have.
  return reply
    .code(status)
    .header('content-type', PROBLEM_TYPE)
    .send(Buffer.from(problemJson(code, extras)));
}
