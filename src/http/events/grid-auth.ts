import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken } from '../bearer.ts';
import type { EventGridConfig } from '../config.ts';
import { type ProblemCode, sendProblem } from '../problem.ts';

/** Why a request in Event Grid's name is turned away, and what its sender is told. */
export const GRID_ANSWERS = {
  'not-set-up': 'UNAUTHENTICATED',
  'no-secret': 'UNAUTHENTICATED',
  'wrong-secret': 'FORBIDDEN',
  'secret-in-url': 'UNAUTHENTICATED',
  'no-token': 'UNAUTHENTICATED',
  invalid: 'UNAUTHENTICATED',
  'foreign-audience': 'FORBIDDEN',
  'foreign-caller': 'FORBIDDEN',
  'keys-unavailable': 'UNAVAILABLE',
  'foreign-subscription': 'FORBIDDEN',
  'foreign-origin': 'FORBIDDEN',
} as const satisfies Record<string, ProblemCode>;

type GridRefusal = keyof typeof GRID_ANSWERS;

/**
 * As a header it is in no log of a proxy; as a parameter, which a setting must allow, it can be set without the delivery properties
 * of a subscription.
 */
const SECRET_HEADER = 'x-callistra-event-grid-secret';
const SECRET_PARAMETER = 'eventGridSecret';

type GuardDeps = {
  readonly config: EventGridConfig | undefined;
  refused(reason: GridRefusal): void;
};

/**
 * Runs before the body is read, for deliveries and handshakes alike: first who it is, then for which subscription. Without
 * the list a stranger who knows the address could have events of theirs sent here.
 */
export function guardEventGrid({ config, refused }: GuardDeps) {
  const authenticate = config ? authenticator(config) : async (): Promise<GridRefusal> => 'not-set-up';
  const isListed = subscriptionList(config?.subscriptions ?? []);
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const conclude = (refusal: GridRefusal | null): void => {
      const reason = refusal ?? (isListed(request) ? null : 'foreign-subscription');
      if (reason === null) {
        done();
        return;
      }
      refused(reason);
      const problem = GRID_ANSWERS[reason];
      if (problem === 'UNAVAILABLE') sendProblem(reply, problem);
      else request.server.door.refuse(request, reply, { of: 'event-grid', reason, problem, proven: refusal === null });
    };
    authenticate(request).then(conclude, done);
  };
}

function authenticator({ auth }: EventGridConfig): (request: FastifyRequest) => Promise<GridRefusal | null> {
  if (auth.mode === 'secret') return async (request) => checkSecret(auth, request);
  return async ({ headers }) => {
    const token = bearerToken(headers.authorization);
    if (token === null) return 'no-token';
    const verdict = await auth.verifier.verify(token);
    return verdict === 'ok' ? null : verdict;
  };
}

type BySecret = Extract<EventGridConfig['auth'], { mode: 'secret' }>;

/** Hashes are compared, so that the time tells nothing, not even the length. */
function checkSecret({ sha256, inUrl }: BySecret, { headers, query }: FastifyRequest): GridRefusal | null {
  const inAddress = (query as Record<string, unknown>)[SECRET_PARAMETER];
  const given = headers[SECRET_HEADER] ?? (inUrl ? inAddress : undefined);
  if (given === undefined && inAddress !== undefined && !inUrl) return 'secret-in-url';
  // A parameter given twice is an array.
  if (typeof given !== 'string' || given === '') return 'no-secret';
  const hash = createHash('sha256').update(given).digest();
  return timingSafeEqual(hash, Buffer.from(sha256, 'hex')) ? null : 'wrong-secret';
}

/**
 * Event Grid writes the name in capitals. It is not documented for the OPTIONS handshake: there its absence is no refusal,
 * since who asks has been authenticated and the answer only lets in what is checked again at every delivery.
 */
function subscriptionList(subscriptions: readonly string[]): (request: FastifyRequest) => boolean {
  const names = new Set(subscriptions.map((name) => name.toUpperCase()));
  return ({ method, headers }) => {
    const name = headers['aeg-subscription-name'];
    if (name === undefined) return method === 'OPTIONS' && names.size > 0;
    return typeof name === 'string' && names.has(name.toUpperCase());
  };
}
