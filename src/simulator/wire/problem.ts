import type { Reply } from './reply.ts';

/** What can go wrong with a request to the control API. */
const TITLES = {
  LOOPBACK_ONLY: 'The control API answers this machine only',
  NOT_FOUND: 'No such route',
  METHOD_NOT_ALLOWED: 'The route does not take this method',
  INVALID_JSON: 'The body is not JSON',
  INVALID_NUMBER: 'The number is not in E.164 form',
  INVALID_MEMBER_SCRIPT: 'The member script is invalid',
  INVALID_FAULTS: 'The faults are invalid',
  INVALID_TONES: 'The tones are invalid',
  INVALID_SUBSCRIPTION: 'The event subscription is invalid',
  INVALID_EVENT: 'The event is invalid',
  ENDPOINT_NOT_VALIDATED: 'The endpoint did not pass the validation handshake',
  UNKNOWN_SUBSCRIPTION: 'No such event subscription',
  UNKNOWN_CALL: 'No such call',
  CALL_NOT_CONNECTED: 'The call is not connected',
  CALL_NOT_RINGING: 'The call does not ring for a person',
} as const;

type ControlCode = keyof typeof TITLES;

/** An error of the control API (RFC 9457). */
export function problem(status: number, code: ControlCode, detail?: string): Reply {
  return {
    status,
    body: { type: 'about:blank', title: TITLES[code], status, code, ...(detail !== undefined && { detail }) },
    headers: { 'Content-Type': 'application/problem+json' },
  };
}
