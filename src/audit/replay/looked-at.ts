import type { Look } from '../access/look.ts';
import type { HistoryPage, Replay, SearchPage } from './api.ts';

type LookedAt = Pick<Look, 'action' | 'calls' | 'members' | 'fields'>;

/** What is shown, as the look that is recorded before names it. */
export function lookAtReplay({ callSessionId, memberId }: Replay, raw: boolean): LookedAt {
  return { action: raw ? 'raw' : 'replay', calls: [callSessionId], members: memberId === null ? [] : [memberId] };
}

export function lookAtHistory(memberId: string, { items }: HistoryPage): LookedAt {
  const calls = [...new Set(items.flatMap(({ callSessionIds }) => callSessionIds))];
  return { action: 'history', calls, members: [memberId] };
}

/** @param asked of which the names alone are told */
export function lookAtSearch({ calls, unreadable }: SearchPage, asked: object): LookedAt {
  return {
    action: 'search',
    calls: [...calls.map(({ callSessionId }) => callSessionId), ...unreadable],
    members: [...new Set(calls.map(({ memberId }) => memberId))],
    fields: Object.keys(asked),
  };
}
