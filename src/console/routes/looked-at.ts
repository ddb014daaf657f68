import type { CallSessionRow } from '../../../projections/ports.ts';
import type { Shown } from '../../http/look.ts';

/** A list of calls, as the look that is recorded before names it. @param fields by which they were searched */
export function lookAtCalls(calls: readonly CallSessionRow[], fields: readonly string[]): Shown {
  return {
    action: 'list',
    calls: calls.map(({ callSessionId }) => callSessionId),
    members: [...new Set(calls.map(({ memberId }) => memberId))],
    fields,
  };
}
