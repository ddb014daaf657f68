import { isDay } from '../../../base/times.ts';

/** Fields of an address or a form, those that say something. */
export type Fields = Readonly<Record<string, string>>;

/** What was filled in, by these names; blanks around it are nobody's. */
export function fieldsIn(given: unknown, names: readonly string[]): Fields {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  const filled = names.flatMap((name) => {
    const value = values[name];
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(filled);
}

const DAY_MS = 86_400_000;

/** From the beginning of one day to the end of another, both UTC; words for what are no days. */
export function daysAsked({ from, to }: Fields): { readonly from?: string; readonly to?: string } | string {
  if ([from, to].some((day) => day !== undefined && !isDay(day))) return 'A day is written as 2026-03-02.';
  if (from !== undefined && to !== undefined && from > to) return 'The period ends before it begins.';
  return {
    ...(from !== undefined && { from: `${from}T00:00:00.000Z` }),
    ...(to !== undefined && { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
}
