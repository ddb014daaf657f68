const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** At or after, before: ISO 8601, UTC. */
export type Period = { readonly from?: string; readonly to?: string };

/** The times in the form in which rows are compared, UTC with milliseconds; null when one is not a time. */
export function readTimes(times: { from: string | undefined; to: string | undefined }): Period | null {
  const read: { from?: string; to?: string } = {};
  for (const name of ['from', 'to'] as const) {
    const text = times[name];
    if (text === undefined) continue;
    const ms = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) return null;
    read[name] = new Date(ms).toISOString();
  }
  return read;
}
