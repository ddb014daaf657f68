import { within } from './audit/evidence-fields.ts';

/** What the operators' routes show. */
export const QUARANTINE: readonly string[] = [
  ...within('items', ['callSessionId', 'eventId', 'eventType', 'id', 'receivedAt']),
  ...['nextCursor', 'total'],
];
export const STUCK: readonly string[] = [
  ...within('calls', ['at', 'callSessionId', 'canCheck', 'canClose', 'next', 'since', 'why']),
  'more',
];

/** One of what `GET /api/calls/stuck` lists. */
export const STUCK_CALL = {
  why: 'overdue',
  at: 'asking',
  since: null,
  canCheck: true,
  canClose: true,
  next: 'ask the provider',
} as const;

/** What they take. */
export const OPERATOR_BODIES = {
  '/api/calls/:callSessionId/check': { reason: 'a test' },
  '/api/calls/:callSessionId/close': { reason: 'a test' },
  '/api/quarantine/discard': { reason: 'a test', ids: ['x'] },
};
