import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HelpResult } from '../../app/api.ts';
import { errorCode } from '../../base/coded-error.ts';
import { isOneOf } from '../../base/one-of.ts';
import { foldUuid } from '../../base/uuid.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Operations } from '../pages/operations.tsx';
import { StuckCall } from '../pages/stuck-call.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forOperators } from './for-roles.ts';
import { DONE, HELPED } from './stuck-words.ts';

const REASON_MAX = 500;
const CALL_ID = /^[A-Za-z0-9-]{1,64}$/;
const KEY = /^[A-Za-z0-9-]{1,64}$/;
const BACK = { href: '/console/operations', words: 'Operations' };
const options = { schema: { hide: true }, onRequest: forOperators };

type Done = { Querystring: { done?: unknown } };
type OneCall = Done & { Params: { id: string } };
type Help = { Params: { id: string }; Body: Readonly<Record<string, string>> };

/** How the service fares, and the calls that are stuck in it, for Operators. */
export function operationPages(server: FastifyInstance, deps: PageDeps): void {
  overview(server, deps);
  stuckCall(server, deps);
  helpForm(server, deps, 'check');
  helpForm(server, deps, 'close');
}

function overview(server: FastifyInstance, { app, audit, about }: PageDeps): void {
  server.get<Done>('/console/operations', options, async (request, reply) => {
    const [health, stuck] = await Promise.all([app.readiness(), app.stuck()]);
    await recordStuck(
      request,
      audit,
      stuck.calls.map(({ callSessionId }) => callSessionId),
    );
    const done = doneIn(request.query.done);
    return sendPage(reply, Operations({ visit: visitOf(request), health, stuck, about, done }));
  });
}

function stuckCall(server: FastifyInstance, { app, audit, freshId }: PageDeps): void {
  server.get<OneCall>('/console/operations/stuck/:id', options, async (request, reply) => {
    const id = foldUuid(request.params.id);
    const { calls } = await app.stuck();
    const call = calls.find(({ callSessionId }) => callSessionId === id);
    const done = doneIn(request.query.done);
    if (!call) {
      const words = 'It goes on by itself, or has ended, or there never was a call with this id.';
      return sendTrouble(request, reply, 404, { title: 'Not stuck', words: done ?? words, link: BACK });
    }
    await recordStuck(request, audit, [id]);
    const keys = { check: freshId(), close: freshId() };
    return sendPage(reply, StuckCall({ visit: visitOf(request), call, done, keys }));
  });
}

function helpForm(server: FastifyInstance, { app }: PageDeps, how: 'check' | 'close'): void {
  const help = how === 'check' ? app.check : app.closeCall;
  server.post<Help>(`/console/operations/stuck/:id/${how}`, options, async (request, reply) => {
    const callSessionId = foldUuid(request.params.id);
    const { reason = '', key = '' } = request.body;
    if (!CALL_ID.test(callSessionId)) return refuse(request, reply, 'unknown-call');
    const why = reason.trim();
    if (why === '' || why.length > REASON_MAX) return needsReason(request, reply, callSessionId);
    try {
      const asked = { callSessionId, actor: request.actor, reason: why, ...(KEY.test(key) && { key }) };
      const result = await help(asked);
      if (!isOneOf(DONE, result)) return refuse(request, reply, result);
      return reply.redirect(`/console/operations?done=${result}`, 303);
    } catch (error) {
      if (errorCode(error) !== 'CALL_PARKED') throw error;
      return stillParked(request, reply, callSessionId);
    }
  });
}

/** Operators see calls by their ids alone; that they did is put down like any look. */
async function recordStuck(request: FastifyRequest, audit: PageDeps['audit'], calls: readonly string[]): Promise<void> {
  if (calls.length === 0) return;
  await recordLook(request, audit.access, { action: 'list', calls, members: [], fields: ['stuck'] });
}

function doneIn(value: unknown): string | null {
  return typeof value === 'string' && isOneOf(DONE, value) ? HELPED[value] : null;
}

function refuse(request: FastifyRequest, reply: FastifyReply, result: HelpResult): FastifyReply {
  const status = result === 'unknown-call' ? 404 : 409;
  return sendTrouble(request, reply, status, { title: 'Nothing was done', words: HELPED[result], link: BACK });
}

function needsReason(request: FastifyRequest, reply: FastifyReply, id: string): FastifyReply {
  const words = `Say why, in 1 to ${REASON_MAX} characters: it stays in the log of the call. Nothing was done.`;
  const link = { href: `/console/operations/stuck/${encodeURIComponent(id)}`, words: 'The call' };
  return sendTrouble(request, reply, 422, { title: 'A reason is needed', words, link });
}

function stillParked(request: FastifyRequest, reply: FastifyReply, id: string): FastifyReply {
  const words =
    'The call still cannot be handled. Mend what is wrong with its stream (callistra verify names it), or close it.';
  const link = { href: `/console/operations/stuck/${encodeURIComponent(id)}`, words: 'The call' };
  return sendTrouble(request, reply, 409, { title: 'Still set aside', words, link });
}
