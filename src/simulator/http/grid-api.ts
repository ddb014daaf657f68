import type { EventGrid } from '../event-grid/event-grid.ts';
import { answerTopic, type TopicApiParts } from '../event-grid/topic-api.ts';
import type { WireAnswer, WireRequest } from '../wire/request.ts';

const VALIDATION_PATH = '/eventGrid/validate';

/** Answers requests to topics and calls of validation URLs; undefined for every other path. */
export function answerEventGrid(parts: TopicApiParts, request: WireRequest): WireAnswer | undefined {
  const [path = '', query = ''] = request.url.split('?');
  return path === VALIDATION_PATH ? validate(parts.grid, request.method, query) : answerTopic(parts, request);
}

/** An endpoint that cannot answer the handshake has somebody call this address within ten minutes. */
function validate(grid: EventGrid, method: string, query: string): WireAnswer {
  const values = new URLSearchParams(query);
  const isKnown = method === 'GET' && grid.validate(values.get('subscription') ?? '', values.get('code') ?? '');
  return { kind: 'reply', reply: { status: isKnown ? 200 : 404 } };
}
