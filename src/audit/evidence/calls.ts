import type { ReadStore } from '../../../projections/ports.ts';
import type { Period } from '../disclosures/period.ts';
import type { CallFigures } from './api.ts';
import { count, sorted } from './review.ts';

const PAGE = 500;
const DAY_MS = 86_400_000;

/** What became of the calls of a period; of each script, as `id@version`, how many followed it. @throws ReadStoreError */
export async function callFigures(readStore: Pick<ReadStore, 'list'>, period: Period) {
  const [byDisposition, byScript] = [new Map<string, number>(), new Map<string, number>()];
  const times = new Map<string, number[]>();
  let calls = 0;
  for (let after: string | undefined; ; ) {
    const rows = await readStore.list({ filter: { ...period }, limit: PAGE, ...(after !== undefined && { after }) });
    for (const { memberId, disposition, questionnaire, createdAt } of rows) {
      calls += 1;
      count(byDisposition, disposition ?? 'open');
      count(byScript, questionnaire);
      const own = times.get(memberId) ?? [];
      own.push(Date.parse(createdAt));
      times.set(memberId, own);
    }
    if (rows.length < PAGE) break;
    after = rows.at(-1)!.callSessionId;
  }
  const most = (ms: number): number => Math.max(0, ...[...times.values()].map((own) => mostWithin(own, ms)));
  const figures: CallFigures = {
    calls,
    byDisposition: sorted(byDisposition),
    mostInADay: most(DAY_MS),
    mostInAWeek: most(7 * DAY_MS),
  };
  return { figures, byScript };
}

/** The most of these times that lie within so long of each other. */
function mostWithin(unordered: readonly number[], ms: number): number {
  const times = [...unordered].sort((a, b) => a - b);
  let [first, most] = [0, 0];
  for (const [last, time] of times.entries()) {
    while (time - times[first]! >= ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
