import { monthBegin, type Period } from '../disclosures/period.ts';

/** The month of a time: `2026-10`. */
export function monthOf(at: string): string {
  return at.slice(0, 7);
}

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** The whole of a month. */
export function wholeMonth(month: string): Period {
  return { from: `${month}-01T00:00:00.000Z`, to: `${nextMonth(month)}-01T00:00:00.000Z` };
}

/** The whole of every month that a period touches: a report is of months, whatever the period. */
export function wholeMonths({ from, to }: Period): Period {
  const begin = monthBegin(to);
  return { from: monthBegin(from), to: begin === to ? to : wholeMonth(monthOf(to)).to };
}

/** The months from one to another, both included. */
export function monthsFrom(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) months.push(month);
  return months;
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? { year: year + 1, number: 1 } : { year, number: number + 1 };
  return `${String(next.year).padStart(4, '0')}-${String(next.number).padStart(2, '0')}`;
}
