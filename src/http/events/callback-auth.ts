import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import type { CallbackVerifier, TokenVerdict } from '../../identity/acs-callbacks.ts';
import { bearerToken } from '../bearer.ts';
import { type ProblemCode, sendProblem } from '../problem.ts';

/** Why a delivery is turned away, and what its sender is told. */
const ANSWERS = {
  'no-secret': 'UNAUTHENTICATED',
  'wrong-secret': 'FORBIDDEN',
  'no-token': 'UNAUTHENTICATED',
  'invalid-token': 'UNAUTHENTICATED',
  'foreign-audience': 'FORBIDDEN',
  'keys-unavailable': 'UNAVAILABLE',
} as const satisfies Record<string, ProblemCode>;

type Refusal = keyof typeof ANSWERS;

export type CallbackRequest = { Querystring: { call?: unknown; secret?: unknown } };

type GuardDeps = {
  readonly app: Pick<CallApp, 'isCallSecret'>;
  readonly callbackVerifier: CallbackVerifier;
  refused(reason: Refusal): void;
};

/**
 * Runs before the body is read: the call's own secret, which costs one HMAC, and then the provider's token. The token
 * alone would let anything that the same ACS resource signs speak for any call.
 */
export function guardCallbacks({ app, callbackVerifier, refused }: GuardDeps) {
  // Callback style and no promise of its own: this runs for every step of every call.
  return (request: FastifyRequest<CallbackRequest>, reply: FastifyReply, done: (error?: Error) => void): void => {
    const conclude = (reason: Refusal | null, proven = false): void => {
      if (reason === null) {
        done();
        return;
      }
      refused(reason);
      const problem = ANSWERS[reason];
      if (problem === 'UNAVAILABLE') sendProblem(reply, problem);
      else request.server.door.refuse(request, reply, { of: 'callbacks', reason, problem, proven });
    };
    const { call, secret } = request.query;
    const secretRefusal = checkSecret(app, call, secret);
    const token = bearerToken(request.headers.authorization);
    // ACS is told what is wrong at once, however often strangers at its address are turned away.
    const isAsked = secretRefusal === null || request.server.door.isSlow(request, 'callbacks');
    if (!isAsked || token === null) conclude(secretRefusal ?? 'no-token');
    else
      callbackVerifier
        .verify(token)
        .then((verdict) => conclude(secretRefusal ?? TOKEN_REFUSALS[verdict], verdict === 'ok'), done);
  };
}

const TOKEN_REFUSALS: Readonly<Record<TokenVerdict, Refusal | null>> = {
  ok: null,
  invalid: 'invalid-token',
  'foreign-audience': 'foreign-audience',
  'keys-unavailable': 'keys-unavailable',
};

function checkSecret(app: GuardDeps['app'], call: unknown, secret: unknown): Refusal | null {
  // A parameter given twice is an array.
  if (typeof call !== 'string' || typeof secret !== 'string' || call === '' || secret === '') return 'no-secret';
  if (call.length > 64 || secret.length > 256) return 'wrong-secret';
  return app.isCallSecret(call, secret) ? null : 'wrong-secret';
}
