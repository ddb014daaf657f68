import type { Look } from '../access/look.ts';
import type { RecordedExport } from './entries.ts';

/** What a list of exports shows of calls and members: those that were asked for by name. */
export function exportsLookedAt(exports: readonly RecordedExport[]): Pick<Look, 'action' | 'calls' | 'members'> {
  const scopes = exports.map(({ begin }) => begin.scope);
  const calls = scopes.flatMap((scope) => (scope.is === 'call' ? [scope.callSessionId] : []));
  const members = scopes.flatMap((scope) => (scope.is === 'member' ? [scope.memberId] : []));
  return { action: 'disclosures', calls: [...new Set(calls)], members: [...new Set(members)] };
}
