import type { AccessFilter, AccessPage, AccessRecord } from '../../../projections/access.ts';
import { operationStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { dayOfExport, exportsIn, type RecordedExport } from '../export/entries.ts';
import type { Site } from './agents.ts';
import type { AuditEvent } from './audit-event.ts';
import { disclosureEventsOf } from './disclosures.ts';
import { auditEventsOf } from './looks.ts';
import { callsNamed, patternOf } from './patterns.ts';

/** So many events in a page, some 2 MB; one entry's are never parted, and can be more. */
export const EVENTS_MAX = 1_000;
const RECORDS_MAX = 200;

export type EventsAsked = {
  readonly filter: Pick<AccessFilter, 'member' | 'from' | 'to'>;
  /** The recordId of the last look of the page before. */
  readonly before?: string;
};

/** A page of events, newest first. With a member only theirs are in it. */
export type EventsPage = {
  readonly events: readonly AuditEvent[];
  /** Whom and what they name, for the look that is recorded before they are shown. */
  readonly calls: readonly string[];
  readonly members: readonly string[];
  /** The recordId behind which the next page begins; null: there is none. */
  readonly next: string | null;
};

type Deps = {
  readonly looks: (page: AccessPage) => Promise<readonly AccessRecord[]>;
  readonly log: Pick<CallEventLog, 'read'>;
  readonly site: Site;
};

/** Who looked, in FHIR: the same entries give the same events. @throws LogError, ReadStoreError */
export async function auditEvents({ looks, log, site }: Deps, { filter, before }: EventsAsked): Promise<EventsPage> {
  const found = await looks({ filter, limit: RECORDS_MAX + 1, ...(before !== undefined && { before }) });
  const only = filter.member;
  const records = fitting(found.slice(0, RECORDS_MAX), only);
  const exportOf = exportsFrom(log);
  const events: AuditEvent[] = [];
  for (const record of records) {
    const isExport = patternOf(record) === 'disclosure';
    const each = isExport
      ? disclosureEventsOf(record, await exportOf(record.requestId), { site, only })
      : auditEventsOf(record, { site, only });
    for (const event of each) events.push(event);
  }
  return {
    events,
    calls: [...new Set(records.flatMap(callsNamed))],
    members: membersIn(records, only),
    next: records.length < found.length ? (records.at(-1)?.recordId ?? null) : null,
  };
}

function membersIn(records: readonly AccessRecord[], only: string | undefined): readonly string[] {
  if (only !== undefined) return records.length > 0 ? [only] : [];
  return [...new Set(records.flatMap(({ members }) => members))];
}

/** The first records whose events make a page; at least one. */
function fitting(records: readonly AccessRecord[], only: string | undefined): readonly AccessRecord[] {
  let events = 0;
  const end = records.findIndex(({ members }, index) => {
    events += only === undefined ? Math.max(members.length, 1) : 1;
    return index > 0 && events > EVENTS_MAX;
  });
  return end === -1 ? records : records.slice(0, end);
}

/** Finds exports by their ids; each day is read once. */
function exportsFrom(log: Pick<CallEventLog, 'read'>) {
  const days = new Map<string, ReadonlyMap<string, RecordedExport>>();
  return async (exportId: string | null): Promise<RecordedExport | null> => {
    const day = exportId === null ? null : dayOfExport(exportId);
    if (exportId === null || day === null) return null;
    const known = days.get(day) ?? (await exportsOf(log, day));
    days.set(day, known);
    return known.get(exportId) ?? null;
  };
}

/** None where the day's stream is damaged: its exports are told all the same, with what the looks say. */
async function exportsOf(log: Pick<CallEventLog, 'read'>, day: string): Promise<ReadonlyMap<string, RecordedExport>> {
  try {
    const found = exportsIn(await log.read(operationStream(day)));
    return new Map(found.map((each) => [each.begin.exportId, each]));
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof LogError && error.code === 'LOG_CORRUPT')) return new Map();
    throw error;
  }
}
