import { PROBLEM_CODES, type ProblemCode, problemJson, problemStatus } from '../problem.ts';
import { type AnswerHeader, answerHeaders } from './headers.ts';
import type { Schema } from './operation.ts';

/** What no operation answers: there is none at such an address. */
export const OF_NO_OPERATION: readonly ProblemCode[] = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'];

/** What comes with the kind of a route, so that no row needs to name it. */
const BY_KIND = {
  any: ['BAD_REQUEST', 'FORBIDDEN', 'REQUEST_TIMEOUT', 'EXPECTATION_FAILED', 'HEADERS_TOO_LARGE', 'INTERNAL'],
  /** All but what says how the server is. */
  work: ['OVERLOADED', 'UNAVAILABLE'],
  withParameters: ['URI_TOO_LONG'],
  withBody: ['INVALID_JSON', 'TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
  staff: ['UNAUTHENTICATED', 'TOO_MANY_FAILURES', 'INVALID_PURPOSE', 'INVALID_REASON', 'REASON_REQUIRED'],
} as const satisfies Record<string, readonly ProblemCode[]>;

export type DescribedRoute = { readonly method: string; readonly path: string; readonly isStaffs: boolean };

/** Every code that a route may answer with. @param own those that come with no kind of route */
export function codesOf(
  { method, path, isStaffs }: DescribedRoute,
  own: readonly ProblemCode[] = [],
): readonly ProblemCode[] {
  const { any, work, withParameters, withBody, staff } = BY_KIND;
  const codes = [
    ...any,
    ...(path.startsWith('/health/') ? [] : work),
    ...(/[:{*]/.test(path) ? withParameters : []),
    ...(method.toUpperCase() === 'GET' ? [] : withBody),
    ...(isStaffs ? staff : []),
    ...own,
  ];
  return PROBLEM_CODES.filter((code) => codes.includes(code));
}

const Text = { type: 'string' } as const;
const Texts = { type: 'array', items: Text } as const;

const Problem: Schema = {
  type: 'object',
  description: 'Every error (RFC 9457)',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { ...Text, format: 'uri' },
    title: { ...Text, description: 'For people; may change' },
    status: { type: 'integer' },
    code: { $ref: '#/components/schemas/ProblemCode' },
    detail: { ...Text, description: 'For people; may change' },
    callSessionId: { ...Text, description: 'The call that stands in the way' },
    problems: { ...Texts, description: 'What is the matter, in words' },
    codes: { ...Texts, description: 'Of what kinds the problems are' },
    version: { ...Text, description: 'Which release says so' },
  },
};

/** The one shape of every error, and the list of all codes. */
export const PROBLEM_SCHEMAS: Readonly<Record<string, Schema>> = {
  Problem,
  ProblemCode: { ...Text, enum: PROBLEM_CODES, description: 'Stays; clients may go by it' },
};

type Reference = { readonly $ref: string };
type Response = {
  readonly description: string;
  readonly headers: object;
  readonly content: Readonly<Record<string, object>>;
};

/** One response for each status, which names its codes. Where that is one code it is a component, of the code's name. */
export function problemResponses(codes: readonly ProblemCode[]): Readonly<Record<string, Response | Reference>> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = problemStatus(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, these]) => {
    const [only, ...more] = these;
    const isOne = only !== undefined && more.length === 0;
    return [status, isOne ? { $ref: refTo(only) } : problemResponse(status, these)] as const;
  });
  return Object.fromEntries(responses);
}

/** The responses that `problemResponses` refers to. @param references all that are referred to */
export function responsesOf(references: readonly string[]): Readonly<Record<string, Response>> {
  const codes = PROBLEM_CODES.filter((code) => references.includes(refTo(code)));
  return Object.fromEntries(codes.map((code) => [nameOf(code), problemResponse(problemStatus(code), [code])]));
}

const refTo = (code: ProblemCode): string => `#/components/responses/${nameOf(code)}`;

/** `CALL_NOT_FOUND`: `CallNotFound`. */
function nameOf(code: ProblemCode): string {
  return code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

function problemResponse(status: number, codes: readonly ProblemCode[]): Response {
  const problems = codes.map((code) => JSON.parse(problemJson(code)) as { title: string });
  const description = codes.map((code, index) => `\`${code}\`: ${problems[index]!.title}.`).join(' ');
  const isOne = { type: 'object', required: ['code'], properties: { code: { ...Text, enum: codes } } };
  return {
    description,
    headers: answerHeaders(headersOf(status)),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, isOne] },
        examples: Object.fromEntries(codes.map((code, index) => [code, { value: problems[index] }])),
      },
    },
  };
}

function headersOf(status: number): readonly AnswerHeader[] {
  if (status === 503 || status === 429) return ['RequestId', 'RetryAfter'];
  return status === 401 ? ['RequestId', 'WwwAuthenticate'] : ['RequestId'];
}
