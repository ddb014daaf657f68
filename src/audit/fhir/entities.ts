import type { AccessRecord } from '../../../projections/access.ts';
import { absent, type Coding, type Entity } from './audit-event.ts';
import { ENTITY, OURS, ROLE } from './codes.ts';

export function patient(memberId: string): Entity {
  return {
    what: { type: 'Patient', identifier: { system: OURS.member, value: memberId } },
    type: ENTITY.person,
    role: ROLE.patient,
  };
}

/** What was read: the call, or what the log's entry names. A pattern takes one such entity and no more. */
export function data({ stream, version }: AccessRecord, calls: readonly string[], role: Coding): Entity {
  const [call] = calls;
  const identifier =
    call !== undefined && calls.length === 1
      ? { system: OURS.call, value: call }
      : { system: OURS.entry, value: `${stream}/${version}` };
  return { what: { identifier }, type: ENTITY.system, role };
}

export function callEntity(callSessionId: string): Entity {
  return { what: { identifier: { system: OURS.call, value: callSessionId } }, type: ENTITY.call, role: ROLE.resource };
}

/** By the names of its fields: what was searched for is not in the log, and so cannot leave it. */
export function query(fields: readonly string[]): Entity {
  return {
    type: ENTITY.system,
    role: ROLE.query,
    ...(fields.length > 0 && { description: `Searched by ${fields.join(', ')}` }),
    _query: absent('masked'),
  };
}

export function exported(exportId: string): Entity {
  return {
    what: { identifier: { system: OURS.export, value: exportId } },
    type: ENTITY.system,
    role: ROLE.report,
  };
}

/** Under which both sides know the request. */
export function transaction(requestId: string | null): Entity[] {
  return requestId ? [{ what: { identifier: { value: requestId } }, type: ENTITY.requestId }] : [];
}
