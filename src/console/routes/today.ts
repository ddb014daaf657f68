import type { FastifyInstance } from 'fastify';
import type { CallSessionRow } from '../../../projections/ports.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Today } from '../pages/today.tsx';
import { visitOf } from '../visitor.ts';
import { lookAtCalls } from './looked-at.ts';

/** Of the newest calls so many are shown. */
const NEWEST = 50;

/** `GET /console`. */
export function todayRoute(server: FastifyInstance, { app, audit, freshId }: PageDeps): void {
  server.get('/console', { schema: { hide: true } }, async (request, reply) => {
    const visit = visitOf(request);
    const isReader = visit.role !== 'Operator';
    const calls = isReader ? await app.list({ filter: {}, limit: NEWEST }) : null;
    if (calls && calls.length > 0) await recordLook(request, audit.access, lookAtCalls(calls, []));
    return sendPage(reply, Today({ visit, health: app.health(), calls: calls && apart(calls), key: freshId() }));
  });
}

function apart(calls: readonly CallSessionRow[]) {
  const isOpen = ({ disposition }: CallSessionRow): boolean => disposition === null;
  return { open: calls.filter(isOpen), ended: calls.filter((call) => !isOpen(call)) };
}
