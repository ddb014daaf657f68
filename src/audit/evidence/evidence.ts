import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { createSideStreams } from '../../log/side-streams.ts';
import { walkLooks } from '../disclosures/exports.ts';
import { evidencePeriod } from '../disclosures/period.ts';
import type { EvidenceLook, Evidences, SignedOff } from './api.ts';
import { type SignOff, signOffEntry } from './entries.ts';
import { type GatherDeps, gatherEvidence } from './gather.ts';
import { isMonth, wholeMonth } from './months.ts';
import { reviewMonth, toldReason } from './review.ts';
import { signOffsOf } from './sign-offs.ts';

export type EvidenceDeps = GatherDeps & {
  readonly log: CallEventLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
};

const PAGE = 1_000;
const NO_MONTH = 'month takes a month, such as 2026-10';

/** Gathers evidence, and records that somebody has reviewed who looked. */
export function createEvidence(deps: EvidenceDeps): Evidences {
  const { log, clock, ids } = deps;
  const streams = createSideStreams(log);

  const reviewOf = async (month: string, signOffs: readonly SignOff[], now: string) => {
    const review = reviewMonth(month);
    for await (const look of walkLooks(deps.looks, wholeMonth(month))) review.add(look);
    return review.end(signOffs, now);
  };

  return {
    async gather(asked) {
      const period = evidencePeriod(asked, clock.now());
      return typeof period === 'string' ? period : gatherEvidence(deps, period, clock.now());
    },
    async looks(period, before) {
      const found = await deps.looks({ filter: { ...period }, limit: PAGE, ...(before !== null && { before }) });
      const looks = found.map((one): EvidenceLook => {
        const { at, actor, kind, roles, action, purpose, address, requestId, stream, version } = one;
        const told = { at, actor, kind, roles, action, purpose, address, requestId, stream, version };
        const [calls, members] = [one.calls.length, one.members.length];
        return { ...told, reason: toldReason(one.reason), calls, members, refused: one.refused ?? 0 };
      });
      return { looks, next: found.length < PAGE ? null : found.at(-1)!.recordId };
    },
    async review(month) {
      if (!isMonth(month)) return NO_MONTH;
      const nowMs = clock.now();
      return reviewOf(month, await signOffsOf(log, month, nowMs), new Date(nowMs).toISOString());
    },
    async signOff({ month, statement, report, actor }) {
      const at = new Date(clock.now()).toISOString();
      if (!isMonth(month)) return NO_MONTH;
      if (wholeMonth(month).to > at) return `${month} is not over: there will be more to review`;
      const { counts, sha256 } = await reviewOf(month, [], at);
      if (report !== undefined && report !== sha256) return `the report of ${month} is another one now: ${sha256}`;
      const entry = signOffEntry({ month, statement, counts, sha256 }, { id: ids.uuid(), at, actor });
      await streams.add(operationStream(at), [entry], new Date(at));
      return { id: entry.id, month, counts, sha256, recordedAt: at } satisfies SignedOff;
    },
  };
}
