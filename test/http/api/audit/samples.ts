import type { Replay } from '../../../../src/audit/replay/api.ts';
import { replayOf } from '../../../../src/audit/replay/replay.ts';
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

/** One key for each role, which is its name in small letters. */
export const STAFF = {
  mode: 'api-keys',
  keys: Object.entries(KEYS).map(([name, role]) => ({ name, sha256: sha256(name), roles: [role] })),
} as const;

export const ROUTES = [
  ['GET', '/api/audit/calls/x'],
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
