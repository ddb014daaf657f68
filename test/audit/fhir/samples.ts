import type { AccessRecord } from '../../../projections/access.ts';
import { ACTIONS } from '../../../src/audit/access/look.ts';
import { exportsIn, type RecordedExport } from '../../../src/audit/export/entries.ts';
import { disclosureEventsOf } from '../../../src/audit/fhir/disclosures.ts';
import { auditEventsOf } from '../../../src/audit/fhir/looks.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { record } from '../../projections/access-contract.ts';
import type { Json } from './must-haves.ts';

export const SITE = { url: 'https://calls.example' };
export const EXPORT_ID = '2026-01-05.0b6a1e7e-5d0c-4a63-9d8e-3f0d6a8e2c11';

/** What must never leave: a reason, what a recipient is to know and others are not, and why something stays in the house. */
export const CANARIES = { reason: 'canary-reason', withheld: 'canary-withheld', ended: 'canary-digest' };

export function look(n: number, change: Partial<AccessRecord> = {}): AccessRecord {
  return record(n, { reason: CANARIES.reason, ...change });
}

export const EXPORTED = look(1, { action: 'export', requestId: EXPORT_ID, members: ['M-1', 'M-2'] });

/** The entry in which an export was begun, as the log has it. */
export function beginEntry(recipient: object = { name: 'Dr. Law', address: 'https://law.example/in' }): Entry {
  const data = {
    ...{ exportId: EXPORT_ID, scope: { is: 'member', memberId: 'M-1' }, recipient, purpose: 'HLEGAL' },
    ...{ reason: CANARIES.reason, roles: ['Compliance'], requestId: 'r-export', address: '10.0.0.7' },
    withhold: [{ entries: 'call-1/2', reason: CANARIES.withheld }],
  };
  return {
    ...{ kind: 'command', type: 'BeginExport', id: EXPORT_ID, at: '2026-01-05T09:00:00.000Z' },
    ...{ actor: 'compliance:anna', cause: null, data: JSON.stringify(data) },
    ...{ stream: 'operation:2026-01-05', version: 1, hash: '0'.repeat(64) },
  };
}

export const theExport = (recipient?: object): RecordedExport => exportsIn([beginEntry(recipient)])[0]!;

/** As it is written: what is not in the bytes is not there. */
export const written = (events: readonly unknown[]): Json[] => JSON.parse(JSON.stringify(events));

/** Events of every kind: each action with members and without, calls, refusals, exports to whom one knows and does not. */
export function allKinds(): Json[] {
  const looks = ACTIONS.filter((action) => action !== 'export').flatMap((action) => [
    look(2, { action, fields: ['memberId', 'from'] }),
    look(3, { action, members: [] }),
    look(4, { action, members: ['M-1', 'M-2'], calls: ['call-1', 'call-2'] }),
  ]);
  const history = look(5, { action: 'history', calls: ['call-1', 'call-2'], members: ['M-1'] });
  const here = look(6, { kind: 'os-user', actor: 'operator:bo', name: 'bo', address: null });
  const refused = { action: 'refused', calls: [], members: [], purpose: null, roles: [], kind: 'unknown' } as const;
  const refusals = [look(7, { ...refused, refused: 1 }), look(8, { ...refused, refused: 70, requestId: null })];
  const told = [...looks, history, here, ...refusals].flatMap((each) => auditEventsOf(each, { site: SITE }));
  const given = [theExport(), theExport({ name: 'Dr. Law', address: '1 Main Street, Springfield' }), null].flatMap(
    (found) => disclosureEventsOf(EXPORTED, found, { site: SITE }),
  );
  const ofNobody = disclosureEventsOf({ ...EXPORTED, members: [] }, theExport(), { site: SITE });
  return written([...told, ...given, ...ofNobody]);
}
