import type { AccessRecord } from '../../../projections/access.ts';
import type { RecordedExport } from '../export/entries.ts';
import { peerNetwork, purposesOf, recipientAgent, serverAgent, sourceOf, userAgent } from './agents.ts';
import type { Agent, AuditEvent } from './audit-event.ts';
import { AGENT, EVENT, OURS, PROFILES, SUBTYPE } from './codes.ts';
import { exported, patient, transaction } from './entities.ts';
import { eventId } from './event-id.ts';
import { eachMember, type Telling } from './looks.ts';

/**
 * The events of one part of an export that left, one for each member in it.
 * @param record the look of that part, whose `requestId` is the exportId
 * @param found the export as its beginning tells it; null where the log cannot give that: then nobody knows the recipient
 */
export function disclosureEventsOf(
  record: AccessRecord,
  found: Pick<RecordedExport, 'begin'> | null,
  { site, only }: Telling,
): readonly AuditEvent[] {
  // Not how it ended: that comes later, and an event that was told stays as it is.
  const begin = found?.begin ?? null;
  const purposes = purposesOf(begin?.purpose ?? record.purpose);
  return eachMember(record, only, (memberId, n) => ({
    resourceType: 'AuditEvent',
    id: eventId(record, n),
    ...(memberId !== null && { meta: { profile: [PROFILES.disclosure] } }),
    type: EVENT.export,
    subtype: [SUBTYPE.disclose, { system: OURS.action, code: record.action }],
    action: 'R',
    recorded: record.at,
    outcome: '0',
    ...(purposes.length > 0 && { purposeOfEvent: purposes }),
    agent: [asker(record), serverAgent(site, AGENT.from), recipientAgent(begin?.recipient ?? null)],
    source: sourceOf(site),
    entity: [
      ...(memberId === null ? [] : [patient(memberId)]),
      exported(begin?.exportId ?? record.requestId ?? `${record.stream}/${record.version}`),
      ...transaction(begin?.requestId ?? null),
    ],
  }));
}

/** Who had it made, and from where: the recipient need not be them. */
function asker(record: AccessRecord): Agent {
  return { ...userAgent(record), network: peerNetwork(record.address) };
}
