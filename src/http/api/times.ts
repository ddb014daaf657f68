import { readTime } from '../../base/times.ts';

/** At or after, before: ISO 8601, UTC. */
export type Period = { readonly from?: string; readonly to?: string };

/** The times in the form in which rows are compared, UTC with milliseconds; null when one is not a time. */
export function readTimes(times: { from: string | undefined; to: string | undefined }): Period | null {
  const read: { from?: string; to?: string } = {};
  for (const name of ['from', 'to'] as const) {
    const text = times[name];
    if (text === undefined) continue;
    const time = readTime(text);
    if (time === null) return null;
    read[name] = time;
  }
  return read;
}
