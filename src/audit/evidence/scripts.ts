import type { Entry } from '../../domain/entries.ts';
import type { Questionnaire } from '../../domain/questionnaire/questionnaire.ts';
import type { Period } from '../disclosures/period.ts';
import type { ScriptInForce } from './api.ts';

/**
 * The scripts that were in force in a period. A content is published once, whenever it comes back: of one that no call followed,
 * and that is older than the newest before the period, nobody can say that it was in force.
 * @param published the first entry of each script's stream
 * @param calls how many calls of the period followed `id@version`
 */
export function scriptsInForce(
  published: readonly Entry[],
  calls: ReadonlyMap<string, number>,
  { from, to }: Period,
): readonly ScriptInForce[] {
  const known = published
    .filter(({ at }) => at < to)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ id: hash, at: publishedAt, data: text }): ScriptInForce => {
      const { id, version }: Questionnaire = JSON.parse(text);
      return { hash, id, version, publishedAt, calls: calls.get(`${id}@${version}`) ?? 0, text };
    });
  const newestBefore = known.findLast(({ publishedAt }) => publishedAt < from);
  return known.filter((one) => one.calls > 0 || one.publishedAt >= from || one === newestBefore);
}
