import type { AccessPage, AccessRecord } from '../../../projections/access.ts';
import type { ReadStore } from '../../../projections/ports.ts';
import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import { addLeft, type Left, leftFrom, walkLooks } from '../disclosures/exports.ts';
import type { Period } from '../disclosures/period.ts';
import type { StartServerBody } from '../starts.ts';
import type { LastVerification, VerificationBody } from '../verify/results.ts';
import type { Evidence, MonthReview, ServerStart } from './api.ts';
import { callFigures } from './calls.ts';
import { disclosedIn } from './disclosed.ts';
import { type SignOff, signOffsIn } from './entries.ts';
import { monthOf, monthsFrom, wholeMonths } from './months.ts';
import { countAccess, reviewMonth } from './review.ts';
import { scriptsInForce } from './scripts.ts';
import { readSideStreams } from './streams.ts';

export type GatherDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly readStore: Pick<ReadStore, 'list'>;
  /** Who looked, newest first. @throws ReadStoreError */
  readonly looks: (page: AccessPage) => Promise<readonly AccessRecord[]>;
  /** The last verification that this process knows of. */
  readonly lastVerification: () => LastVerification | null;
  /** The note of the newest checkpoint. @throws CheckpointError */
  readonly checkpoint: () => Promise<string | null>;
};

/**
 * Gathers what there is to show an auditor of a period. Walks the names of all streams, the looks and the calls of the period.
 * @throws LogError, ReadStoreError, CheckpointError
 */
export async function gatherEvidence(deps: GatherDeps, period: Period, nowMs: number): Promise<Evidence> {
  const now = new Date(nowMs).toISOString();
  const side = await readSideStreams(deps.log);
  const { operation } = side;
  const flaws = [...side.flaws];
  const looked = await lookedIn(deps.looks, period, {
    signOffs: signOffsIn(operation),
    firstDay: side.firstDay,
    now,
  });
  const { figures, byScript } = await callFigures(deps.readStore, period);
  const ended = entriesOf<VerificationBody>(operation, 'EndVerification');
  const endedIn = ended.filter(({ at }) => isWithin(at, period));
  const starts = entriesOf<StartServerBody>(operation, 'StartServer');
  return {
    period,
    gatheredAt: now,
    verification: deps.lastVerification() ?? ended.at(-1) ?? null,
    verifications: {
      count: endedIn.length,
      withFindings: endedIn.filter(({ findingCount }) => findingCount > 0).length,
    },
    checkpoint: await deps.checkpoint(),
    verifierKey: starts.findLast(({ verifierKey }) => verifierKey !== null)?.verifierKey ?? null,
    access: looked.counts,
    reviews: looked.reviews,
    disclosures: disclosedIn({ operation, left: looked.left, period, nowMs }, flaws),
    scripts: scriptsInForce(side.scripts, byScript, period),
    starts: startsIn(starts, period),
    calls: figures,
    requests: operation.filter(({ type, at }) => type === 'RequestForMember' && isWithin(at, period)).length,
    log: { streams: side.streams, firstDay: side.firstDay },
    flaws,
  };
}

type Review = { readonly signOffs: readonly SignOff[]; readonly firstDay: string | null; readonly now: string };

/** Reads the looks of every month that the period touches once. */
async function lookedIn(looks: GatherDeps['looks'], period: Period, review: Review) {
  const { signOffs, now } = review;
  const counts = countAccess();
  const left = new Map<string, Left>();
  const months = new Map<string, ReturnType<typeof reviewMonth>>();
  const { from, to } = wholeMonths(period);
  for await (const look of walkLooks(looks, { from: leftFrom(from), to })) {
    addLeft(left, look);
    if (look.at < from) continue;
    if (isWithin(look.at, period)) counts.add(look);
    const month = monthOf(look.at);
    const counted = months.get(month) ?? reviewMonth(month);
    months.set(month, counted);
    counted.add(look);
  }
  const reviews = monthsOf(period, review).map((month): MonthReview => {
    const own = signOffs.filter((one) => one.month === month);
    return (months.get(month) ?? reviewMonth(month)).end(own, now);
  });
  return { counts: counts.sum(), left, reviews };
}

/** Every month of the period in which there was a log: one in which nobody looked is to be reviewed as well. */
function monthsOf({ from, to }: Period, { firstDay, now }: Review): string[] {
  if (firstDay === null) return [];
  const first = monthOf(from > firstDay ? from : firstDay);
  const end = to < now ? to : now;
  return monthsFrom(first, monthOf(new Date(Date.parse(end) - 1).toISOString()));
}

function startsIn(starts: readonly ServerStart[], { from, to }: Period): readonly ServerStart[] {
  const before = starts.findLast(({ at }) => at < from);
  return starts.filter((one) => one === before || (one.at >= from && one.at < to));
}

function entriesOf<Body>(entries: readonly Entry[], wanted: string) {
  return entries
    .filter(({ type }) => type === wanted)
    .map(({ at, actor, data }) => ({ ...(JSON.parse(data) as Body), at, actor }));
}

function isWithin(at: string, { from, to }: Period): boolean {
  return at >= from && at < to;
}
