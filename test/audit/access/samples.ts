import type { Look, Refusal } from '../../../src/audit/access/look.ts';

/** Anna looks at a call, unless told otherwise. */
export function aLook(change: Partial<Look> = {}): Look {
  return {
    actor: 'compliance:anna',
    by: 'api-key',
    roles: ['Compliance'],
    action: 'status',
    purpose: 'HOPERAT',
    requestId: 'r-1',
    address: '10.0.0.7',
    calls: ['call-1'],
    members: ['M-1'],
    ...change,
  };
}

export function aRefusal(change: Partial<Refusal> = {}): Refusal {
  const at = { status: 401, route: 'GET /api/calls', requestId: 'r-9', address: '10.0.0.9' } as const;
  return { actor: 'anonymous', roles: [], ...at, ...change };
}
