import { INNER } from './inner.ts';
import type { Rooms } from './walls.ts';

/** The audit's, and whoever keeps what it proves with. */
export const AUDIT: Rooms = {
  'src/audit/access/': [
    ...INNER,
    'types:src/identity/staff.ts',
    'src/log/port.ts',
    'projections/access.ts',
    'node:timers/promises',
    'node:util',
  ],
  'src/audit/checkpoints/': [
    ...INNER,
    'src/tlog/',
    'src/log/port.ts',
    'src/log/hash-chain.ts',
    'node:crypto',
    'node:timers/promises',
  ],
  'src/audit/verify/': [
    ...INNER,
    'src/audit/access/records.ts',
    'types:projections/access.ts',
    'src/log/*',
    'src/tlog/',
    'src/audit/checkpoints/',
    'types:projections/ports.ts',
    'projections/rows.ts',
    'node:timers/promises',
  ],
  'src/audit/replay/': [
    ...INNER,
    'src/audit/access/look.ts',
    'types:projections/ports.ts',
    'src/log/port.ts',
    'src/log/side-streams.ts',
    'src/log/transact.ts',
  ],
  'src/audit/export/': [...INNER, 'types:src/audit/access/look.ts'],
  'src/audit/fhir/': [
    ...INNER,
    'types:projections/access.ts',
    'src/audit/access/look.ts',
    'src/audit/export/entries.ts',
    'src/log/port.ts',
    'node:crypto',
    'node:net',
  ],
  'src/audit/*': [
    ...INNER,
    'src/log/*',
    'projections/ports.ts',
    'projections/rows.ts',
    'types:src/audit/access/',
    'types:projections/access.ts',
    'types:src/tlog/tree.ts',
    'types:src/audit/fhir/',
    'types:src/audit/replay/',
    'types:src/audit/verify/',
  ],
};
