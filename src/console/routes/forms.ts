import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InitiateResult } from '../../app/api.ts';
import type { PageDeps } from '../deps.ts';
import type { TroubleWords } from '../pages/trouble.tsx';
import { sendTrouble } from '../troubles.ts';
import { ROLE_COOKIE, visitOf } from '../visitor.ts';
import { forCoordinators } from './for-roles.ts';
import { phonePath } from './phone.ts';

/** What forms do. Each answers 303, so that a page that is loaded again sends nothing again. */
export function formRoutes(server: FastifyInstance, deps: PageDeps): void {
  acceptForms(server);
  seenAs(server);
  callNow(server, deps);
  cancel(server, deps);
}

type Form = { Body: Readonly<Record<string, string>> };

/** Bodies are those of HTML forms, and no others. */
export function acceptForms(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  server.addHook('preValidation', async (request) => {
    request.body ??= {};
  });
}

function seenAs(server: FastifyInstance): void {
  server.post<Form>('/console/seen-as', { schema: { hide: true } }, (request, reply) => {
    const { roles } = visitOf(request);
    const role = roles.find((each) => each === request.body['role']) ?? roles[0]!;
    reply.setCookie(ROLE_COOKIE, role, { path: '/', httpOnly: true, sameSite: 'lax' });
    // Another role may not see the page that this one was on.
    return reply.redirect('/console', 303);
  });
}

function callNow(server: FastifyInstance, { app, freshId }: PageDeps): void {
  const again = { button: 'Call now', typed: { memberId: 'Member' } };
  const options = { schema: { hide: true }, config: { again }, onRequest: forCoordinators };
  server.post<Form>('/console/call-now', options, async (request, reply) => {
    const { memberId = '', key = '', back = '' } = request.body;
    const wanted = memberId.trim();
    // A form without a key, of another release, must not be taken for every other one without.
    const result = await app.initiate({
      memberId: wanted,
      idempotencyKey: `console-${key || freshId()}`,
      actor: request.actor,
    });
    if (result.ok && back === 'phone') return reply.redirect(phonePath(wanted), 303);
    if (result.ok) return reply.redirect(`/console/calls/${result.callSessionId}`, 303);
    return sendTrouble(request, reply, STATUS[result.code], refusalWords(result));
  });
}

type Refused = Exclude<InitiateResult, { ok: true }>;

const STATUS: Readonly<Record<Refused['code'], number>> = {
  MEMBER_NOT_FOUND: 404,
  MEMBER_NOT_CALLABLE: 422,
  CALL_OPEN: 409,
  CALL_ENDED: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  DISK_LOW: 503,
};

function refusalWords(refused: Refused): TroubleWords {
  const back = { href: '/console', words: 'Today' };
  if ('callSessionId' in refused) {
    const link = { href: `/console/calls/${refused.callSessionId}`, words: 'See that call' };
    if (refused.code === 'CALL_OPEN') {
      return { title: 'Already being called', words: 'This member has an open call: nobody is rung twice.', link };
    }
    return { title: 'Not called', words: 'The call was closed before it began. Nobody was dialled for it.', link };
  }
  switch (refused.code) {
    case 'MEMBER_NOT_FOUND':
      return { title: 'No such member', words: 'No member has this id. Nobody was called.', link: back };
    case 'MEMBER_NOT_CALLABLE':
      return { title: 'Not callable', words: 'The member’s number is none that can be dialled.', link: back };
    case 'IDEMPOTENCY_KEY_REUSED':
      return {
        title: 'Sent before',
        words: 'This form has called another member already. Load the page anew.',
        link: back,
      };
    case 'DISK_LOW':
      return {
        title: 'No new calls',
        words: 'The disk is nearly full: calls that are up go on, none begins.',
        link: back,
      };
  }
}

type Cancel = Form & { Params: { id: string } };

function cancel(server: FastifyInstance, { app }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forCoordinators };
  server.post<Cancel>(
    '/console/calls/:id/cancel',
    options,
    async (request: FastifyRequest<Cancel>, reply: FastifyReply) => {
      const { id } = request.params;
      const result = await app.cancel(id, request.actor);
      if (result === 'unknown-call') {
        return sendTrouble(request, reply, 404, {
          title: 'No such call',
          words: 'Nobody has asked for a call with this id.',
        });
      }
      // A call that has ended meanwhile shows what came of it.
      return reply.redirect(`/console/calls/${id}`, 303);
    },
  );
}
