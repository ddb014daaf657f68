import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallApp } from '../app/api.ts';
import type { CallbackVerifier } from './callback-verifier.ts';
import { type ProblemCode, sendProblem } from './problem.ts';

/** Why a delivery was turned away. */
export type Refusal =
  | 'no-secret'
  | 'wrong-secret'
  | 'no-token'
  | 'invalid-token'
  | 'foreign-audience'
  | 'keys-unavailable';

const ANSWERS: Readonly<Record<Refusal, ProblemCode>> = {
  'no-secret': 'UNAUTHENTICATED',
  'wrong-secret': 'FORBIDDEN',
  'no-token': 'UNAUTHENTICATED',
  'invalid-token': 'UNAUTHENTICATED',
  'foreign-audience': 'FORBIDDEN',
  'keys-unavailable': 'UNAVAILABLE',
};

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
  return async (request: FastifyRequest<CallbackRequest>, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { call, secret } = request.query;
    const { authorization } = request.headers;
    const refusal = checkSecret(app, call, secret) ?? (await checkToken(callbackVerifier, authorization));
    if (refusal === null) return undefined;
    refused(refusal);
    return sendProblem(reply, ANSWERS[refusal]);
  };
}

function checkSecret(app: GuardDeps['app'], call: unknown, secret: unknown): Refusal | null {
  // A parameter given twice is an array.
  if (typeof call !== 'string' || typeof secret !== 'string' || call === '' || secret === '') return 'no-secret';
  if (call.length > 64 || secret.length > 256) return 'wrong-secret';
  return app.isCallSecret(call, secret) ? null : 'wrong-secret';
}

async function checkToken(verifier: CallbackVerifier, authorization: string | undefined): Promise<Refusal | null> {
  const token = bearerToken(authorization);
  if (token === null) return 'no-token';
  const verdict = await verifier.verify(token);
  if (verdict === 'ok') return null;
  return verdict === 'invalid' ? 'invalid-token' : verdict;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return null;
  const token = authorization.slice(7).trim();
  return token === '' ? null : token;
}
