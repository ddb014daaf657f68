import type { CallRows } from '../../projections/ports.ts';

export const CALL = '019ab000-0000-7000-8000-000000000001';
/** Of a script. */
export const HASH = 'a'.repeat(64);
export const SECRET = 'the-secret-of-the-call';
export const EVENTS_URL = `/api/calls/events?call=${CALL}&secret=${SECRET}`;

/** Text that must not be found in any log line or error body. */
export const CANARIES = ['+15550142', 'Canary Person', 'canary-answer', SECRET];

export const ROWS: CallRows = {
  session: {
    callSessionId: CALL,
    memberId: 'M-1',
    callConnectionId: 'leg-1',
    correlationId: null,
    serverCallId: null,
    status: 'Disconnected',
    disposition: 'partial',
    questionnaire: 'outreach@1',
    createdAt: '2026-03-01T09:00:00.000Z',
    updatedAt: '2026-03-01T09:02:00.000Z',
    version: 12,
  },
  responses: [
    {
      responseId: `${CALL}-1`,
      callSessionId: CALL,
      questionNumber: 1,
      response: 'yes',
      recordedAt: '2026-03-01T09:01:00.000Z',
    },
  ],
};

/** A callback as ACS posts it, with ids that tests compare with. */
export function event(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'event-1',
    source: 'calling/callConnections/leg-1',
    type: 'Microsoft.Communication.CallConnected',
    data: { callConnectionId: 'leg-1', operationContext: 'ctx-1' },
    ...changes,
  };
}
