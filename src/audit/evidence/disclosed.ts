import type { Entry } from '../../domain/entries.ts';
import { disclosureByHand } from '../disclosures/accounting.ts';
import { type RecordedByHand, recordedIn, suspensionsIn } from '../disclosures/entries.ts';
import { disclosureOfExport, isCountable, type Left } from '../disclosures/exports.ts';
import { isDayWithin, type Period } from '../disclosures/period.ts';
import { suspendedUntil } from '../disclosures/suspended.ts';
import { exportsIn, type RecordedExport } from '../export/entries.ts';
import type { ListedDisclosure } from './api.ts';

type Known = {
  /** Of the streams of the operation. */
  readonly operation: readonly Entry[];
  /** What left with exports, by exportId. */
  readonly left: ReadonlyMap<string, Left>;
  readonly period: Period;
  readonly nowMs: number;
};

/** Of so many members an entry names the ids. */
const IDS_MAX = 20;

/** Every disclosure of the period that counts, oldest first. @param flaws are added to: exports without a beginning */
export function disclosedIn({ operation, left, period, nowMs }: Known, flaws: string[]): readonly ListedDisclosure[] {
  const suspensions = suspensionsIn(operation);
  const isSuspended = (recipient: string) => (memberId: string) => {
    const own = suspensions.filter((one) => one.memberId === memberId);
    return suspendedUntil(recipient, own, nowMs) !== null;
  };
  const exports = new Map(exportsIn(operation).map((one) => [one.begin.exportId, one] as const));
  const exported = [...left.values()]
    .filter(({ at }) => at >= period.from && at < period.to)
    .flatMap((one) => {
      const recorded = exports.get(one.exportId);
      if (!recorded) flaws.push(`export ${one.exportId} has no beginning in the log: who received it?`);
      return recorded && isCountable(recorded) ? [exportListed(recorded, one, isSuspended)] : [];
    });
  const byHand = recordedIn(operation)
    .filter(({ on }) => isDayWithin(on, period))
    .map((one) => byHandListed(one, isSuspended));
  return [...exported, ...byHand].sort((a, b) => (a.date < b.date ? -1 : 1));
}

type IsSuspended = (recipient: string) => (memberId: string) => boolean;

function exportListed(
  recorded: RecordedExport,
  { at, calls, members }: Left,
  isSuspended: IsSuspended,
): ListedDisclosure {
  const { exportId, recipient } = recorded.begin;
  return {
    ...disclosureOfExport(recorded, at, calls.size),
    members: members.size,
    memberIds: [...members].sort().slice(0, IDS_MAX),
    exportId,
    isWhole: recorded.end !== null,
    suspended: [...members].filter(isSuspended(recipient.name)).length,
  };
}

function byHandListed(recorded: RecordedByHand, isSuspended: IsSuspended): ListedDisclosure {
  const { memberId, recipient } = recorded;
  return {
    ...disclosureByHand(recorded),
    members: 1,
    memberIds: [memberId],
    exportId: null,
    isWhole: true,
    suspended: isSuspended(recipient.name)(memberId) ? 1 : 0,
  };
}
