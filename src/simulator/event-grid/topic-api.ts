import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { TopicFault } from '../faults/topic-faults.ts';
import { bearerOf, tokenProblem } from '../wire/bearer.ts';
import type { Reply } from '../wire/reply.ts';
import type { WireAnswer, WireRequest } from '../wire/request.ts';
import type { EventGrid } from './event-grid.ts';
import { SYSTEM_TOPIC } from './subscription.ts';
import { readTopicBody } from './topic-body.ts';

/** What topics need to be published to. */
export type TopicApiParts = {
  readonly grid: EventGrid;
  /** The key of every topic. */
  readonly key: string;
  /** Asked once per request that is otherwise fine. */
  readonly fault: () => TopicFault;
};

const TOPIC_PATH = /^\/topics\/([A-Za-z0-9-]{3,64})\/api\/events$/;
const API_VERSION = '2018-01-01';
/** Audience of the tokens that publishers show. */
const AUDIENCE = /^https:\/\/eventgrid\.azure\.net\/?$/;
const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** `POST /topics/{name}/api/events`: hands events to the topic's subscribers. Undefined when the path is another one. */
export function answerTopic({ grid, key, fault }: TopicApiParts, request: WireRequest): WireAnswer | undefined {
  const [path = '', query = ''] = request.url.split('?');
  const topic = TOPIC_PATH.exec(path)?.[1];
  if (topic === undefined) return undefined;
  const refusal = refusalOf(request, topic, query, key, grid.office.timers.nowMs());
  if (refusal !== undefined) return reply(refusal);
  const wrong = fault();
  if (wrong.kind === 'refused') return reply(refused(wrong));
  if (wrong.kind === 'reset') return { kind: 'reset' };
  const body = readTopicBody(topic, request);
  if (!body.ok) return reply(error(400, body.detail));
  const receivedAtMs = grid.office.timers.nowMs();
  grid.inbox.add(body.events.map(({ raw }) => ({ topic, schema: body.schema, receivedAtMs, event: raw })));
  grid.publish(
    topic,
    body.events.map(({ event }) => event),
  );
  return wrong.kind === 'answer-lost' ? { kind: wrong.by } : reply({ status: 200 });
}

function refusalOf(
  { method, headers }: WireRequest,
  topic: string,
  query: string,
  key: string,
  nowMs: number,
): Reply | undefined {
  if (method !== 'POST') return error(405, 'Events are posted.');
  const unauthorized = authorizationProblem(headers, key, nowMs);
  if (unauthorized !== undefined) return error(401, unauthorized);
  if (topic === SYSTEM_TOPIC) return error(404, 'Nobody but the service publishes to a system topic.');
  const version = new URLSearchParams(query).get('api-version');
  return version === API_VERSION ? undefined : error(400, `The api-version must be ${API_VERSION}.`);
}

function authorizationProblem(headers: IncomingHttpHeaders, key: string, nowMs: number): string | undefined {
  const given = headers['aeg-sas-key'];
  if (typeof given === 'string') return isSame(given, key) ? undefined : 'The key is not one of this topic.';
  const token = bearerOf(headers.authorization);
  if (token === undefined) return 'The request has neither an aeg-sas-key nor a bearer token.';
  return tokenProblem(token, AUDIENCE, nowMs);
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function refused({ status, retryAfterSeconds }: Extract<TopicFault, { kind: 'refused' }>): Reply {
  const waits = retryAfterSeconds !== null && (status === 429 || status === 503);
  const headers = waits ? { 'Retry-After': String(retryAfterSeconds) } : {};
  return { ...error(status, 'The simulator was told to refuse.'), headers };
}

function error(status: number, message: string): Reply {
  return { status, body: { error: { code: CODES[status] ?? 'Error', message } } };
}

function reply(answer: Reply): WireAnswer {
  return { kind: 'reply', reply: answer };
}
