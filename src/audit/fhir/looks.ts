import type { AccessRecord } from '../../../projections/access.ts';
import { clientAgent, purposesOf, type Site, serverAgent, sourceOf, userAgent } from './agents.ts';
import { type AuditEvent, absent, type Entity } from './audit-event.ts';
import { AGENT, EVENT, OURS, PROFILES, ROLE, SUBTYPE } from './codes.ts';
import { callEntity, data, patient, query, transaction } from './entities.ts';
import { eventId } from './event-id.ts';
import { callsNamed, isReport, patternOf } from './patterns.ts';

/** Of which server, and whether of one member only. */
export type Telling = { readonly site: Site; readonly only?: string | undefined };

/**
 * The events of one entry of who looked, one for each member that it names; one without a member where it names none. Not
 * those of exports: see `disclosureEventsOf`.
 */
export function auditEventsOf(record: AccessRecord, { site, only }: Telling): readonly AuditEvent[] {
  switch (patternOf(record)) {
    case 'refusal':
      return [refusal(record, site)];
    case 'copy':
      return [copy(record, site)];
    case 'change':
      return eachMember(record, only, (memberId, n) => changed(record, site, { memberId, n }));
    case 'query':
      return eachMember(record, only, (memberId, n) => queried(record, site, { memberId, n }));
    case 'read':
      return eachMember(record, only, (memberId, n) => read(record, site, { memberId, n }));
    case 'disclosure':
      return [];
  }
}

type Nth = { readonly memberId: string | null; readonly n: number };

/** Counted in the entry's order, so that an id does not depend on whom somebody asks for. */
export function eachMember<T>(
  { members }: AccessRecord,
  only: string | undefined,
  make: (memberId: string | null, n: number) => T,
): T[] {
  if (members.length === 0) return [make(null, 0)];
  return [...new Set(members)].flatMap((memberId, index) =>
    only === undefined || memberId === only ? [make(memberId, index + 1)] : [],
  );
}

function read(record: AccessRecord, site: Site, { memberId, n }: Nth): AuditEvent {
  const calls = callsNamed(record);
  const profile = memberId === null ? PROFILES.read : PROFILES.patientRead;
  return {
    ...headOf(record, n),
    meta: { profile: [profile] },
    type: EVENT.rest,
    subtype: [SUBTYPE.read, { system: OURS.action, code: record.action }],
    action: 'R',
    ...done(record),
    agent: [userAgent(record), clientAgent(record, AGENT.to), serverAgent(site, AGENT.from)],
    source: sourceOf(site),
    entity: [
      ...person(memberId),
      data(record, calls, isReport(record) ? ROLE.report : ROLE.resource),
      ...(calls.length > 1 ? calls.map(callEntity) : []),
      ...transaction(record.requestId),
    ],
  };
}

/** In a query the client is the source, which is of what it asks. */
function queried(record: AccessRecord, site: Site, { memberId, n }: Nth): AuditEvent {
  const profile = memberId === null ? PROFILES.query : PROFILES.patientQuery;
  return {
    ...headOf(record, n),
    meta: { profile: [profile] },
    type: EVENT.rest,
    subtype: [SUBTYPE.search, { system: OURS.action, code: record.action }],
    action: 'E',
    ...done(record),
    agent: [userAgent(record), clientAgent(record, AGENT.from), serverAgent(site, AGENT.to)],
    source: sourceOf(site),
    entity: [...person(memberId), query(record.fields), ...transaction(record.requestId)],
  };
}

/** Members were brought in, or one was removed: told without a pattern, for the log does not say whom a file named. */
function changed(record: AccessRecord, site: Site, { memberId, n }: Nth): AuditEvent {
  const isRemoval = record.action === 'member-removed';
  return {
    ...headOf(record, n),
    type: EVENT.rest,
    subtype: [isRemoval ? SUBTYPE.delete : SUBTYPE.update, { system: OURS.action, code: record.action }],
    action: isRemoval ? 'D' : 'U',
    ...done(record),
    agent: [userAgent(record), clientAgent(record, AGENT.from), serverAgent(site, AGENT.to)],
    source: sourceOf(site),
    entity: [...person(memberId), data(record, [], ROLE.resource), ...transaction(record.requestId)],
  };
}

/** All of the log went into a file: BALP has no pattern for that. */
function copy(record: AccessRecord, site: Site): AuditEvent {
  return {
    ...headOf(record, 0),
    type: EVENT.export,
    subtype: [SUBTYPE.archive, { system: OURS.action, code: record.action }],
    action: 'R',
    ...done(record),
    agent: [userAgent(record), clientAgent(record, AGENT.to), serverAgent(site, AGENT.from)],
    source: sourceOf(site),
    entity: [data(record, [], ROLE.report), ...transaction(record.requestId)],
  };
}

/**
 * BALP's pattern of a decision asks for a patient and a consent, which a request that was turned away has not; its code for a
 * decision by role is used, with no claim to the pattern.
 */
function refusal(record: AccessRecord, site: Site): AuditEvent {
  const many = record.refused !== null && record.refused > 1;
  const user = userAgent(record);
  // Of many only the number is recorded, and who did not prove who they are is nobody.
  const isKnown = !many && record.actor !== 'anonymous';
  return {
    ...headOf(record, 0),
    type: EVENT.alert,
    subtype: [SUBTYPE.byRole],
    action: 'E',
    recorded: record.at,
    outcome: '4',
    outcomeDesc: many ? `${record.refused} requests were turned away` : 'The request was turned away',
    agent: [
      isKnown ? user : { ...user, who: absent('unknown') },
      clientAgent(record, AGENT.application),
      serverAgent(site, AGENT.to),
    ],
    source: sourceOf(site),
    ...(record.requestId && { entity: transaction(record.requestId) }),
  };
}

function headOf(record: AccessRecord, n: number): Pick<AuditEvent, 'resourceType' | 'id'> {
  return { resourceType: 'AuditEvent', id: eventId(record, n) };
}

function done({ at, purpose }: AccessRecord): Pick<AuditEvent, 'recorded' | 'outcome' | 'purposeOfEvent'> {
  const codes = purposesOf(purpose);
  return { recorded: at, outcome: '0', ...(codes.length > 0 && { purposeOfEvent: codes }) };
}

function person(memberId: string | null): Entity[] {
  return memberId === null ? [] : [patient(memberId)];
}
