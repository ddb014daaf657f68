import type { FastifyRequest } from 'fastify';
import type { CallFilter, CallSessionRow } from '../../../projections/ports.ts';
import type { CallApp } from '../../app/api.ts';
import { FRESH_MAX } from '../parts/fresh.tsx';

/** Rows of a page. */
export const PAGE = 50;

const CALL_ID = /^[A-Za-z0-9-]{1,64}$/;

export function isCallId(value: unknown): value is string {
  return typeof value === 'string' && CALL_ID.test(value);
}

/** The newest call that a page has before it that brings itself up to date; undefined: it is loaded, or asks for all. */
export function newestShown({ headers }: FastifyRequest): string | undefined {
  const newest = headers['x-callistra-newest'];
  return isCallId(newest) ? newest : undefined;
}

/** A page of a list, newest first. */
export type CallsPage = {
  readonly calls: readonly CallSessionRow[];
  readonly hasNewer: boolean;
  readonly hasOlder: boolean;
  /** How many newer calls wait to be shown, at most one more than are counted. */
  readonly fresh: number;
};

/** Where a page begins: behind a call, before one, at the newest; or at `newest`, where somebody has it before them. */
export type CallsPlace = { readonly after?: string; readonly before?: string; readonly newest?: string };

/**
 * Reads a page. Of one that somebody has before them the same calls are shown as they are by now: what is new is only counted,
 * or a list that is left open would be a look at every call of the day.
 * @throws ReadStoreError
 */
export async function pageOf(app: Pick<CallApp, 'list'>, filter: CallFilter, place: CallsPlace): Promise<CallsPage> {
  const { after, before, newest } = place;
  if (after !== undefined) return { ...(await from(app, filter, PAGE, after)), hasNewer: true, fresh: 0 };
  if (before !== undefined) return pageBefore(app, filter, before);
  return newestOf(app, filter, PAGE, newest);
}

/**
 * The newest calls, or those that somebody has before them since `newest` was that.
 * @param size how many are shown at most
 * @throws ReadStoreError
 */
export async function newestOf(
  app: Pick<CallApp, 'list'>,
  filter: CallFilter,
  size: number,
  newest: string | undefined,
): Promise<CallsPage> {
  if (newest === undefined) return { ...(await from(app, filter, size)), hasNewer: false, fresh: 0 };
  const fresh = await app.list({ filter, before: newest, limit: FRESH_MAX + 1 });
  const { calls, hasOlder } = await from(app, filter, size, fresh.at(-1)?.callSessionId);
  // One may have come in between.
  const shown = calls.filter(({ callSessionId }) => callSessionId <= newest);
  return { calls: shown, hasOlder, hasNewer: false, fresh: fresh.length };
}

/** One more than is shown tells whether there is another page. */
async function from(app: Pick<CallApp, 'list'>, filter: CallFilter, size: number, after?: string) {
  const found = await app.list({ filter, limit: size + 1, ...(after !== undefined && { after }) });
  return { calls: found.slice(0, size), hasOlder: found.length > size };
}

/** The page that ends before a call. What is at the top is shown as the top, with all that has come. */
async function pageBefore(app: Pick<CallApp, 'list'>, filter: CallFilter, before: string): Promise<CallsPage> {
  const found = await app.list({ filter, before, limit: PAGE + 1 });
  if (found.length <= PAGE) return pageOf(app, filter, {});
  return { calls: found.slice(1), hasNewer: true, hasOlder: true, fresh: 0 };
}
