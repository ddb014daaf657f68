import type { Proofs } from '../../../../src/audit/api.ts';
import type { RecordedExport } from '../../../../src/audit/export/entries.ts';
import type { Replay } from '../../../../src/audit/replay/api.ts';
import { replayOf } from '../../../../src/audit/replay/replay.ts';
import type { CallCheck } from '../../../../src/audit/verify/one-call.ts';
import { PROVIDERS } from '../../../../src/composition/providers.ts';
import { streamOf } from '../../../audit/replay/samples.ts';
import { CALL, Conversation } from '../../../domain/call/conversation.ts';
import { sha256 } from '../../../support/sha256.ts';
import type { Rig } from '../../rig.ts';

/** A call in which one question was answered, as it is told. */
export function sampleReplay(): Replay {
  const entries = streamOf(Conversation.withPerson().accepted().press('one').stored);
  return replayOf(PROVIDERS, { callSessionId: CALL, entries, flaws: [] }, null);
}

const KEYS = { compliance: 'Compliance', coordinator: 'Coordinator', operator: 'Operator' } as const;

/** Checkpoints that fare well, with one witness. */
export const CHECKPOINT_STATUS: ReturnType<Proofs['status']> = {
  fork: null,
  trouble: null,
  uncoveredMs: 0,
  treeSize: 600,
  newest: { size: 600, at: '2026-03-02T09:00:00.000Z' },
  witnesses: [{ name: 'witness.example', cosignedSize: 512 }],
  everyMs: 300_000,
};

/** A call that is as it was sealed. */
export const WHOLE_CALL: CallCheck = {
  callSessionId: CALL,
  memberId: 'M-1',
  verdict: 'whole',
  findings: [],
  entries: 23,
  coveredTo: 23,
  checkpoint: { size: 600, at: '2026-03-02T09:00:00.000Z' },
  trouble: null,
  isLate: false,
  everyMs: 300_000,
};

/** An export that came to its end. */
export const EXPORTED: RecordedExport = {
  at: '2026-03-02T09:00:00.000Z',
  actor: 'compliance:ann',
  version: 1,
  begin: {
    exportId: '2026-03-02.019ab000-0000-7000-8000-0000000000ee',
    scope: { is: 'member', memberId: 'M-1' },
    recipient: { name: 'Court of Example' },
    purpose: 'HLEGAL',
    reason: 'subpoena 12',
    roles: ['Compliance'],
    requestId: 'request-1',
    address: null,
    withhold: [],
    checkpoint: 'a note\n',
  },
  end: {
    exportId: '2026-03-02.019ab000-0000-7000-8000-0000000000ee',
    at: '2026-03-02T09:00:01.000Z',
    streams: 3,
    entries: 25,
    calls: 1,
    withheld: 0,
    left: 0,
    bytes: 12_345,
    digest: 'ab',
  },
};

/** One key for each role, which is its name in small letters. */
export const STAFF = {
  mode: 'api-keys',
  keys: Object.entries(KEYS).map(([name, role]) => ({ name, sha256: sha256(name), roles: [role] })),
} as const;

export const ROUTES = [
  ['GET', `/api/audit/calls/${CALL}/check`],
  ['GET', `/api/audit/calls/${CALL}/proof`],
  ['GET', '/api/audit/checkpoint'],
  ['GET', '/api/audit/exports'],
  ['GET', '/api/audit/exports/e'],
  ['GET', '/api/audit/members/M-1'],
  ['GET', '/api/audit/search?memberId=M-1'],
  ['POST', '/api/audit/requests'],
  ['GET', '/api/audit/members/M-1/disclosures'],
  ['POST', '/api/audit/disclosures'],
  ['POST', '/api/audit/suspensions'],
  ['GET', '/api/audit/evidence'],
  ['GET', '/api/audit/evidence/looks?from=2026-01-01&to=2026-02-01'],
  ['POST', '/api/audit/sign-offs'],
] as const;

/** Asks as somebody of the compliance staff. */
export function ask({ server }: Rig, url: string, headers: Record<string, string> = {}) {
  return server.inject({ url, headers: { 'x-api-key': 'compliance', ...headers } });
}
