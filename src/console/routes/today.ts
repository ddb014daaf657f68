import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import { recordLook } from '../../http/look.ts';
import { dayIn, hourOf } from '../day.ts';
import type { PageDeps } from '../deps.ts';
import { dispositionsOf, OPEN_STATUSES } from '../figures.ts';
import { lastHere } from '../last-here.ts';
import { sendPage } from '../page.ts';
import { Today, type TodayProps } from '../pages/today.tsx';
import { visitOf } from '../visitor.ts';
import { newestOf, newestShown } from './calls-page.ts';
import { lookAtCalls } from './looked-at.ts';

const NEEDING = 10;
const OPEN = 50;
const HOUR_MS = 3_600_000;
/** After a week it is no news. */
const NEEDING_MS = 7 * 86_400_000;

/** `GET /console`. */
export function todayRoute(server: FastifyInstance, { app, audit, clock, freshId }: PageDeps): void {
  server.get('/console', { schema: { hide: true } }, async (request, reply) => {
    const visit = visitOf(request);
    const nowMs = clock.now();
    const day = dayIn(visit.zone, nowMs);
    const isReader = visit.role !== 'Operator';
    const [calls, stuck, counts, since] = await Promise.all([
      isReader ? shownCalls(app, nowMs, newestShown(request)) : null,
      visit.role === 'Operator' ? countStuck(app) : null,
      app.figures(day.from, day.to),
      sinceLastHere(app, lastHere(request, reply, nowMs), nowMs),
    ]);
    await lookAt(request, audit.access, calls);
    return sendToday(reply, { visit, health: app.health(), calls, stuck, day, counts, since, key: freshId() });
  });
}

function sendToday(reply: FastifyReply, props: TodayProps): FastifyReply {
  return sendPage(reply, Today(props));
}

/** @param before the newest call that the page has before it; later ones are only counted, as on every list */
async function shownCalls(
  app: CallApp,
  nowMs: number,
  before: string | undefined,
): Promise<NonNullable<TodayProps['calls']>> {
  const within = { from: hourOf(nowMs - NEEDING_MS), to: endOfHour(nowMs) };
  const [needing, open] = await Promise.all([
    newestOf(app, { disposition: dispositionsOf('needs-somebody'), ...within }, NEEDING, before),
    newestOf(app, { status: OPEN_STATUSES }, OPEN, before),
  ]);
  const ids = [...needing.calls, ...open.calls].map(({ callSessionId }) => callSessionId);
  // Ids are made in order of time.
  const newest = before ?? ids.sort().at(-1) ?? null;
  return { needing: { ...needing, ...within }, open, fresh: needing.fresh + open.fresh, newest };
}

/** One look for all that the page shows. */
async function lookAt(
  request: FastifyRequest,
  access: PageDeps['audit']['access'],
  shown: TodayProps['calls'],
): Promise<void> {
  const calls = [...(shown?.needing.calls ?? []), ...(shown?.open.calls ?? [])];
  const once = [...new Map(calls.map((call) => [call.callSessionId, call])).values()];
  if (once.length > 0) await recordLook(request, access, lookAtCalls(once, []));
}

async function countStuck(app: CallApp): Promise<NonNullable<TodayProps['stuck']>> {
  const { calls, more } = await app.stuck();
  return { calls: calls.length, more };
}

async function sinceLastHere(app: CallApp, sinceMs: number | null, nowMs: number): Promise<TodayProps['since']> {
  if (sinceMs === null) return null;
  const within = { from: hourOf(sinceMs), to: endOfHour(nowMs) };
  return { ...within, counts: await app.figures(within.from, within.to) };
}

function endOfHour(nowMs: number): string {
  return new Date(Date.parse(hourOf(nowMs)) + HOUR_MS).toISOString();
}
