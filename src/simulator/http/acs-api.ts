import { countUp } from '../callbacks/counters.ts';
import type { Call } from '../calls/call.ts';
import { nextTry } from '../calls/callback-line.ts';
import { chance, uuidFrom } from '../faults/prng.ts';
import { type OperationResult, perform, performAtOnce, repeatedReply } from '../operations/operations.ts';
import { requestFault } from '../operations/request-faults.ts';
import { bearerOf, tokenProblem } from '../wire/bearer.ts';
import { signatureProblem } from '../wire/hmac.ts';
import { repeatabilityOf } from '../wire/repeatability.ts';
import { errorReply, invalidArgument, notSimulated, type Reply } from '../wire/reply.ts';
import type { WireAnswer, WireRequest } from '../wire/request.ts';
import { isRepeatable, type Route, routeOf } from '../wire/routes.ts';
import type { World } from '../world/world.ts';

/** Longest a response is held back for an event that should come before it. */
const HELD_BACK_MS = 10_000;
/** Of tokens for the service. The SDK's scope has one slash too many, which is how it gets into the token. */
const AUDIENCE = /^https:\/\/communication\.azure\.com\/*$/;
const API_VERSION = /^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/;

type Operation = Extract<Route, { kind: 'operation' }>;

/** Answers a request to the service's own routes. */
export async function answerAcs(world: World, request: WireRequest): Promise<WireAnswer> {
  const { path, query } = split(request.url);
  const route = routeOf(request.method, path);
  countUp(world.counters.requestsByOperation, route.kind === 'operation' ? route.name : route.kind);

  const refusal = refusalOf(world, request, query, route);
  if (refusal !== undefined) return answer(world, request, { reply: refusal });
  if (route.kind !== 'operation') throw new Error('a route that is no operation was not refused');
  const fault = requestFault(world, route.name);
  if (fault.kind === 'refused') return answer(world, request, { reply: fault.reply });
  if (fault.kind === 'ignored') return { kind: 'silence' };

  const result = await performOnce(world, request, route);
  if (fault.kind === 'answer-lost') return { kind: world.faults.loseAnswerBy };
  if (fault.kind === 'denied') return answer(world, request, { ...result, reply: fault.reply });
  if (result.call !== undefined) await holdBack(world, result.call);
  return answer(world, request, result);
}

function refusalOf(world: World, request: WireRequest, query: string, route: Route): Reply | undefined {
  const problem = authenticationProblem(world, request);
  if (problem !== undefined) return errorReply(401, '7509', problem);
  const version = new URLSearchParams(query).get('api-version');
  if (version === null || !API_VERSION.test(version)) return invalidArgument('api-version is missing or malformed.');
  if (route.kind === 'not-simulated') return notSimulated(route.what);
  if (route.kind === 'unknown') return errorReply(404, '8522', 'Resource not found.');
  const repeatability = repeatabilityOf(request.headers);
  return repeatability.kind === 'malformed' ? invalidArgument(repeatability.detail) : undefined;
}

/** A token takes the place of a signature only where we were told so, for without TLS the service takes none. */
function authenticationProblem({ accessKey, timers, takesTokens }: World, request: WireRequest): string | undefined {
  const token = takesTokens ? bearerOf(request.headers.authorization) : undefined;
  const problem =
    token === undefined
      ? signatureProblem(request, accessKey, timers.nowMs())
      : tokenProblem(token, AUDIENCE, timers.nowMs());
  if (problem === undefined) return undefined;
  return `${token === undefined ? 'HMAC' : 'Token'} authentication failed. ${problem}`;
}

/** Performs the operation, unless it is the repetition of one that was accepted. */
function performOnce(world: World, request: WireRequest, route: Operation): OperationResult | Promise<OperationResult> {
  const { name } = route;
  const input = { callConnectionId: route.callConnectionId, rawId: route.rawId, body: request.body };
  if (!isRepeatable(name)) return perform(world, name, input);
  const repeatability = repeatabilityOf(request.headers);
  if (repeatability.kind !== 'id') return performAtOnce(world, name, input);

  const key = `${name}|${route.callConnectionId}|${repeatability.id}`;
  const done = world.repeated.find(key);
  if (done?.kind === 'created') return { reply: accepted(repeatedReply(world, done.facts)) };
  if (done?.kind === 'accepted') return { reply: accepted({ status: done.status }) };

  const { reply, call } = performAtOnce(world, name, input);
  if (reply.status >= 300 || call === undefined) return { reply };
  world.repeated.remember(
    key,
    name === 'createCall' ? { kind: 'created', facts: call.facts } : { kind: 'accepted', status: reply.status },
  );
  return { reply: accepted(reply), call };
}

function accepted(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, 'Repeatability-Result': 'accepted' } };
}

async function holdBack(world: World, call: Call): Promise<void> {
  const isHeld = chance(call.random('before-response'), world.faults.callbackBeforeResponseRate);
  if (isHeld) await Promise.race([nextTry(call.line), world.timers.sleep(HELD_BACK_MS)]);
}

function answer(world: World, request: WireRequest, { reply, call }: OperationResult): WireAnswer {
  const clientRequestId = request.headers['x-ms-client-request-id'];
  const headers = {
    'Strict-Transport-Security': 'max-age=31536000;includeSubDomains',
    'X-Azure-Ref': uuidFrom(world.random('azure-ref')).replaceAll('-', ''),
    'X-Cache': 'CONFIG_NOCACHE',
    'X-Microsoft-Skype-Chain-ID': call?.facts.correlationId ?? uuidFrom(world.random('chain-id')),
    'X-Microsoft-Skype-Client': request.headers['user-agent'] ?? '',
    ...(typeof clientRequestId === 'string' && { 'x-ms-client-request-id': clientRequestId }),
    ...reply.headers,
  };
  return { kind: 'reply', reply: { ...reply, headers } };
}

function split(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
