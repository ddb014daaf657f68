import { csvLine } from '../../base/csv.ts';

/** A table as CSV. */
export function csvOf(head: readonly string[], rows: Iterable<readonly (string | number | null)[]>): string {
  return [head, ...rows].map(csvLine).join('');
}
