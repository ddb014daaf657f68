import type { Accounting, Disclosure } from '../../../../src/audit/disclosures/api.ts';
import type { Evidence, EvidenceLook } from '../../../../src/audit/evidence/api.ts';

const DISCLOSURE: Disclosure = {
  date: '2026-02-03',
  recipient: { name: 'A Court', address: '1 Main Street' },
  what: 'the record of one telephone call',
  purpose: 'a legal proceeding',
  source: { stream: 'operation:2026-02-03', version: 4 },
};

export const PERIOD = { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' };
export const COUNTS = { looks: 3, refusals: 1, glassBroken: 0, actors: 2 };

export function sampleAccounting(): Accounting {
  return {
    memberId: 'M-1',
    ...PERIOD,
    disclosures: [DISCLOSURE],
    suspended: [{ agency: 'An Agency', until: '2026-04-01', disclosures: 1 }],
    flaws: [],
  };
}

export function sampleEvidence(change: Partial<Evidence> = {}): Evidence {
  return {
    period: PERIOD,
    gatheredAt: '2026-03-02T09:00:00.000Z',
    verification: null,
    verifications: { count: 0, withFindings: 0 },
    checkpoint: null,
    verifierKey: null,
    access: { looks: 3, refusals: 1, glassBroken: 0, byKind: { person: 3 }, byAction: { list: 3 } },
    reviews: [
      {
        month: '2026-02',
        counts: COUNTS,
        text: 'Access\n',
        sha256: 'ab',
        isOver: true,
        signOffs: [
          {
            month: '2026-02',
            statement: 'read it',
            counts: COUNTS,
            sha256: 'ab',
            id: 's-1',
            at: '2026-03-01T08:00:00.000Z',
            actor: 'compliance:bo',
          },
        ],
      },
    ],
    disclosures: [
      { ...DISCLOSURE, members: 1, memberIds: ['M-1'], exportId: '2026-02-03.e', isWhole: true, suspended: 0 },
    ],
    scripts: [{ hash: 'cd', id: 's', version: 1, publishedAt: '2026-01-01T00:00:00.000Z', calls: 2, text: '{}' }],
    starts: [
      {
        version: '1',
        process: 'p',
        verifierKey: null,
        settings: { staff: 'Entra ID' },
        at: '2026-01-01T00:00:00.000Z',
      },
    ],
    calls: { calls: 2, byDisposition: { busy: 2 }, mostInADay: 1, mostInAWeek: 2 },
    requests: 0,
    log: { streams: 9, firstDay: '2026-01-01' },
    flaws: [],
    ...change,
  };
}

export function sampleSeen(change: Partial<EvidenceLook> = {}): EvidenceLook {
  return {
    at: '2026-02-03T09:00:00.000Z',
    actor: 'compliance:bo',
    kind: 'person',
    roles: ['Compliance'],
    action: 'list',
    purpose: 'HOPERAT',
    reason: null,
    address: '10.0.0.7',
    requestId: 'r-1',
    stream: 'access:2026-02-03:p:1',
    version: 1,
    calls: 2,
    members: 1,
    refused: 0,
    ...change,
  };
}
