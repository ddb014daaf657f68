import { readTime } from '../../base/times.ts';
import { foldUuid } from '../../base/uuid.ts';
import { isCallStream } from '../../domain/streams.ts';
import { MEMBER_ID } from '../replay/asked.ts';
import type { ExportScope, Withhold } from './entries.ts';

/** What somebody asks to be exported, in words as they came: one call, one member, or a period. Times are ISO 8601. */
export type ScopeAsked = {
  readonly callSessionId?: string;
  readonly memberId?: string;
  readonly from?: string;
  readonly to?: string;
};

const BEGINNING = '1970-01-01T00:00:00.000Z';

/**
 * What is to be exported, or why that is not, in words. A period without a beginning begins with the log, one without an end
 * ends now.
 * @param nowMs since 1970
 */
export function scopeOf({ callSessionId, memberId, from, to }: ScopeAsked, nowMs: number): ExportScope | string {
  const isPeriod = from !== undefined || to !== undefined;
  const kinds = [callSessionId !== undefined, memberId !== undefined, isPeriod].filter(Boolean).length;
  if (kinds !== 1) return 'say what to export: one call, one member, or a period';
  if (callSessionId !== undefined) {
    const id = foldUuid(callSessionId);
    return isCallStream(id) ? { is: 'call', callSessionId: id } : 'callSessionId takes the id of a call';
  }
  if (memberId !== undefined) {
    return MEMBER_ID.test(memberId) ? { is: 'member', memberId } : 'memberId takes the id of a member';
  }
  const begin = from === undefined ? BEGINNING : readTime(from);
  const end = to === undefined ? new Date(nowMs).toISOString() : readTime(to);
  if (begin === null || end === null) return 'from and to take ISO 8601 times';
  return end > begin ? { is: 'period', from: begin, to: end } : 'the period ends before it begins';
}

/** What is withheld and why, as people write it: `InitiateCall=shows a number`; null: it is not written so. */
export function readWithhold(text: string): Withhold | null {
  const at = text.indexOf('=');
  const [entries, reason] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
  return at > 0 && entries !== '' && reason !== '' ? { entries, reason } : null;
}

/** What is withheld, by type or by `{stream}/{version}`; the id of a call in any case, or what it names would leave. */
export function withholdOf(asked: readonly Withhold[]): readonly Withhold[] {
  return asked.map(({ entries, reason }) => {
    const [stream = '', ...version] = entries.split('/');
    return { entries: [foldUuid(stream), ...version].join('/'), reason };
  });
}
