import type { VolleyResult } from '../load/wire.ts';

/**
 * Answers per second.
 * @throws Error when not every request was answered with 200: such a figure would be about refusals
 */
export function rateOf({ seconds, statuses }: VolleyResult): number {
  const others = Object.keys(statuses).filter((status) => status !== '200');
  if (others.length > 0) throw new Error(`answers other than 200: ${JSON.stringify(statuses)}`);
  return (statuses[200] ?? 0) / seconds;
}
