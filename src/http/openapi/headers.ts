import { DEFAULT_PURPOSE, PURPOSES } from '../../audit/access/look.ts';

const text = (description: string, rest: object = {}) => ({ description, schema: { type: 'string', ...rest } });
const header = (name: string, description: string, rest: object = {}, required = false) => ({
  name,
  in: 'header',
  required,
  ...text(description, rest),
});

const REASON = 'Why, 1 to 500 printable characters in UTF-8. It stays in the log for ever: say no member’s name';
const PRINTABLE = { minLength: 1, maxLength: 500 };

/** Headers that more than one route takes. */
export const REQUEST_HEADERS = {
  RequestId: header('x-request-id', 'Your own id of the request, 1 to 128 of `[A-Za-z0-9._-]`; else one is made', {
    maxLength: 128,
  }),
  PurposeOfUse: header(
    'x-purpose-of-use',
    `What for (HL7 PurposeOfUse), ${DEFAULT_PURPOSE} where it is absent; \`BTG\`, breaking the glass, needs a reason`,
    { enum: PURPOSES, title: 'PurposeOfUse' },
  ),
  Reason: header('x-reason', REASON, PRINTABLE),
  NeededReason: { ...header('x-reason', REASON, PRINTABLE, true), example: 'the member asked for it' },
  IdempotencyKey: header('Idempotency-Key', 'The same key gives the same call, however often it is sent', {
    pattern: '^[\\x20-\\x7e]{1,255}$',
  }),
} as const;
export type RequestHeader = keyof typeof REQUEST_HEADERS;

/** Headers of answers, by the name of their component. */
export const ANSWER_HEADERS = {
  RequestId: text('That of the request, or a new one'),
  RetryAfter: { description: 'After so many seconds the same may be sent again', schema: { type: 'integer' } },
  WwwAuthenticate: text('How to prove who you are'),
  Location: text('Where to ask what became of it', { format: 'uri-reference' }),
  IdempotencyReplayed: text('`true` where the Idempotency-Key was sent before', { enum: ['true'] }),
  WebHookAllowedOrigin: text('Who may deliver'),
  WebHookAllowedRate: text('How many requests a minute'),
} as const;
export type AnswerHeader = keyof typeof ANSWER_HEADERS;

/** What each is called on the wire. */
export const WIRE_NAMES: Readonly<Record<AnswerHeader, string>> = {
  RequestId: 'x-request-id',
  RetryAfter: 'Retry-After',
  WwwAuthenticate: 'WWW-Authenticate',
  Location: 'Location',
  IdempotencyReplayed: 'Idempotency-Replayed',
  WebHookAllowedOrigin: 'WebHook-Allowed-Origin',
  WebHookAllowedRate: 'WebHook-Allowed-Rate',
};

/** References to answer headers, as a response names them. */
export function answerHeaders(names: readonly AnswerHeader[]): Readonly<Record<string, { readonly $ref: string }>> {
  return Object.fromEntries(names.map((name) => [WIRE_NAMES[name], { $ref: `#/components/headers/${name}` }]));
}
