import { AUDIT_OPERATIONS } from './audit-operations.ts';
import { JSON_TYPE, type Operation } from './operation.ts';

const CALL = '019ab000-0000-7000-8000-000000000001';
const OF_MEMBER = { memberId: 'M-1001' };
const OF_CALL = { callSessionId: CALL };
const OF_STAFF = { name: 'anna' };
const OF_SCRIPT = { hash: 'a'.repeat(64) };
const WAITING = { id: `${CALL}:event-1` };

const CALL_ENDED = {
  ...{ callSessionId: CALL, memberId: 'M-1001', callConnectionId: 'leg-1', status: 'Disconnected' },
  ...{ disposition: 'partial', questionnaire: 'outreach@1' },
  ...{ createdAt: '2026-03-02T09:00:00.000Z', updatedAt: '2026-03-02T09:02:00.000Z' },
};
const RESPONSE = { questionNumber: 1, response: 'yes', recordedAt: '2026-03-02T09:01:00.000Z' };

const FIGURE = {
  ...{ hour: '2026-03-02T09:00:00.000Z', status: 'Disconnected', disposition: 'partial' },
  ...{ questionnaire: 'outreach@1', calls: 12 },
};

const CloudEvent = {
  title: 'CloudEvent',
  type: 'object',
  required: ['id', 'type', 'data'],
  properties: { id: { type: 'string' }, type: { type: 'string' }, data: { type: 'object' } },
};
const EventGridEvent = {
  title: 'EventGridEvent',
  type: 'object',
  required: ['id', 'eventType', 'data'],
  properties: { id: { type: 'string' }, eventType: { type: 'string' }, data: { type: 'object' } },
};
const Delivery = {
  title: 'Delivery',
  anyOf: [CloudEvent, { type: 'array', items: CloudEvent }, { type: 'array', items: EventGridEvent }],
};
const Processed = {
  title: 'Processed',
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['Processed'] },
    validationResponse: { type: 'string', description: 'Only for a SubscriptionValidationEvent' },
  },
};
const Live = {
  title: 'Live',
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['live'] } },
};
const Ready = {
  title: 'Ready',
  type: 'object',
  required: ['status', 'simulated', 'problems', 'codes'],
  properties: {
    status: { type: 'string', enum: ['ready'] },
    version: { type: 'string' },
    simulated: { type: 'boolean' },
    problems: { type: 'array', items: { type: 'string' }, description: 'In words' },
    codes: { type: 'array', items: { type: 'string' } },
  },
};
const one = (status: string) => ({
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: [status] } },
});

const HANDSHAKE = {
  'WebHook-Request-Origin': { type: 'string', description: 'Such as eventgrid.azure.net' },
  'aeg-subscription-name': { type: 'string' },
};

/**
 * What the description says of each route beside its schema and its roles: one row for each, by method and address as they
 * are registered. `test/http/openapi/` says what a row lacks.
 */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /api/calls/initiate/:memberId': {
    id: 'initiateCall',
    errors: [
      ...(['INVALID_IDEMPOTENCY_KEY', 'MEMBER_NOT_FOUND', 'MEMBER_NOT_CALLABLE', 'CALLBACK_URL_NOT_ALLOWED'] as const),
      ...(['IDEMPOTENCY_KEY_REUSED', 'CALL_OPEN', 'CALL_ENDED', 'CALL_PARKED', 'DISK_LOW', 'MEMBERS_CORRUPT'] as const),
    ],
    parameters: OF_MEMBER,
    headers: ['IdempotencyKey'],
    body: { example: { priority: 'normal' } },
    answer: { example: { callSessionId: CALL, status: 'Initiated' }, headers: ['Location', 'IdempotencyReplayed'] },
  },
  'POST /api/calls/:callSessionId/cancel': {
    id: 'cancelCall',
    errors: ['CALL_NOT_FOUND', 'CALL_ENDED', 'CALL_PARKED'],
    parameters: OF_CALL,
    body: { example: { reason: 'the member asked for it' } },
    answer: { example: { callSessionId: CALL, status: 'Cancelling' } },
  },
  'GET /api/calls/status/:id': {
    id: 'getCallStatus',
    errors: ['CALL_NOT_FOUND', 'DISK_LOW'],
    parameters: { id: CALL },
    answer: { example: { ...CALL_ENDED, simulated: true, responses: [RESPONSE] } },
  },
  'GET /api/calls': {
    id: 'listCalls',
    errors: ['INVALID_CURSOR', 'DISK_LOW'],
    answer: { example: { calls: [CALL_ENDED], nextCursor: null }, media: { 'text/csv': { type: 'string' } } },
  },
  'GET /api/calls/figures': {
    id: 'countCalls',
    errors: [],
    parameters: { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' },
    answer: { example: { figures: [FIGURE] } },
  },
  'OPTIONS /api/calls/events': {
    id: 'shakeHandsWithEventGrid',
    errors: ['UNAUTHENTICATED', 'TOO_MANY_FAILURES'],
    query: {},
    requestHeaders: HANDSHAKE,
    answer: { headers: ['WebHookAllowedOrigin', 'WebHookAllowedRate'] },
  },
  'POST /api/calls/events': {
    id: 'takeEvents',
    errors: ['UNAUTHENTICATED', 'TOO_MANY_FAILURES', 'INVALID_EVENT', 'CALL_PARKED'],
    query: {
      call: { type: 'string', description: 'callSessionId; absent: a delivery of Event Grid' },
      secret: { type: 'string', description: 'The call’s own' },
    },
    // The route has no schema of the body: Fastify would validate by it, and may change what the log must keep.
    body: { schema: Delivery },
    answer: { media: { [JSON_TYPE]: Processed } },
  },
  'GET /api/members': {
    id: 'listMembers',
    errors: ['INVALID_CURSOR', 'DISK_LOW', 'MEMBERS_CORRUPT'],
  },
  'POST /api/members/search': {
    id: 'searchMembers',
    errors: ['INVALID_CURSOR', 'DISK_LOW', 'MEMBERS_CORRUPT'],
    body: { example: { text: 'Example' } },
  },
  'GET /api/members/:memberId': {
    id: 'getMember',
    errors: ['MEMBER_NOT_FOUND', 'DISK_LOW', 'MEMBERS_CORRUPT'],
    parameters: OF_MEMBER,
  },
  'GET /api/members/:memberId/number': {
    id: 'revealMemberNumber',
    errors: ['MEMBER_NOT_FOUND', 'DISK_LOW', 'MEMBERS_CORRUPT'],
    parameters: OF_MEMBER,
    needsReason: true,
  },
  'DELETE /api/members/:memberId': {
    id: 'removeMember',
    errors: ['MEMBER_NOT_FOUND', 'MEMBERS_READ_ONLY', 'DISK_LOW', 'MEMBERS_CORRUPT'],
    parameters: OF_MEMBER,
  },
  'POST /api/members/import': {
    id: 'importMembers',
    errors: ['MEMBERS_READ_ONLY', 'MEMBERS_NOT_IMPORTED', 'DISK_LOW', 'MEMBERS_CORRUPT'],
    body: {
      schema: { type: 'string' },
      example: 'memberId,phoneNumber,name,timeZone\nM-2001,+12025550143,Ann Example,America/New_York\n',
    },
  },
  'GET /api/calls/stuck': { id: 'listStuckCalls', errors: ['DISK_LOW'] },
  'POST /api/calls/:callSessionId/check': {
    id: 'checkCall',
    errors: [
      ...(['CALL_NOT_FOUND', 'CALL_ENDED', 'CALL_NOT_OVERDUE', 'CALL_WITHOUT_CONNECTION'] as const),
      ...(['CALL_OF_LATER_RELEASE', 'CALL_PARKED'] as const),
    ],
    parameters: OF_CALL,
    body: { example: { reason: 'nothing has come for ten minutes' } },
  },
  'POST /api/calls/:callSessionId/close': {
    id: 'closeCall',
    errors: [
      ...(['CALL_NOT_FOUND', 'CALL_ENDED', 'CALL_NOT_OVERDUE', 'CALL_WITHOUT_CONNECTION'] as const),
      ...(['CALL_OF_LATER_RELEASE', 'CALL_PARKED'] as const),
    ],
    parameters: OF_CALL,
    body: { example: { reason: 'the provider does not know it any more' } },
  },
  'GET /api/sessions/:name': { id: 'listSessionsOf', errors: ['DISK_LOW'], parameters: OF_STAFF },
  'POST /api/sessions/:name/end': {
    id: 'endSessionsOf',
    errors: ['DISK_LOW'],
    parameters: OF_STAFF,
    body: { example: { reason: 'the laptop was lost' } },
  },
  'GET /api/questionnaires': { id: 'listQuestionnaires' },
  'GET /api/questionnaires/:hash': {
    id: 'getQuestionnaire',
    errors: ['QUESTIONNAIRE_NOT_FOUND'],
    parameters: OF_SCRIPT,
  },
  'GET /api/questionnaires/:hash/rehearsal': {
    id: 'rehearseQuestionnaire',
    errors: ['QUESTIONNAIRE_NOT_FOUND'],
    parameters: OF_SCRIPT,
  },
  'GET /api/quarantine': { id: 'listQuarantine', errors: ['INVALID_CURSOR', 'DISK_LOW'] },
  'POST /api/quarantine/discard': {
    id: 'discardManyFromQuarantine',
    body: { example: { reason: 'of another environment', filter: { source: 'event-grid' }, limit: 100 } },
  },
  'POST /api/quarantine/:id/release': {
    id: 'releaseFromQuarantine',
    errors: ['NOT_IN_QUARANTINE', 'CALL_STILL_UNKNOWN', 'CALL_PARKED'],
    parameters: WAITING,
    answer: { media: { [JSON_TYPE]: one('Released') } },
  },
  'POST /api/quarantine/:id/discard': {
    id: 'discardFromQuarantine',
    errors: ['NOT_IN_QUARANTINE'],
    parameters: WAITING,
    body: { example: { reason: 'a test of the provider’s' } },
    answer: { media: { [JSON_TYPE]: one('Discarded') } },
  },
  'GET /health/live': { id: 'getLiveness', errors: ['RESTART_NEEDED'], answer: { media: { [JSON_TYPE]: Live } } },
  'GET /health/ready': { id: 'getReadiness', errors: ['NOT_READY'], answer: { media: { [JSON_TYPE]: Ready } } },
  'GET /metrics': { id: 'getMetrics', answer: { media: { 'text/plain': { type: 'string' } } } },
  ...AUDIT_OPERATIONS,
};
