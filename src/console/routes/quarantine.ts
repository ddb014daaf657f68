import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReleaseResult } from '../../app/api.ts';
import { errorCode } from '../../base/coded-error.ts';
import { isDay, readTime } from '../../base/times.ts';
import { encodeCursor } from '../../http/api/cursor.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { DISCARDED_AT_ONCE, Quarantine } from '../pages/quarantine.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forOperators } from './for-roles.ts';
import { askedIn, fieldsOf, queryOf } from './quarantine-asked.ts';

const PAGE = 50;
const REASON_MAX = 500;
const HERE = '/console/operations/quarantine';
const BACK = { href: HERE, words: 'Quarantine' };
const options = { schema: { hide: true }, onRequest: forOperators };

type Listed = { Querystring: Readonly<Record<string, unknown>> };
type Form = { Body: Readonly<Record<string, string>> };

/** Callbacks whose call the log does not know, for Operators: shown by what they are, never by what they say. */
export function quarantinePages(server: FastifyInstance, deps: PageDeps): void {
  listPage(server, deps);
  releaseForm(server, deps);
  discardForm(server, deps);
  discardAllForm(server, deps);
}

function listPage(server: FastifyInstance, { app, audit, clock }: PageDeps): void {
  server.get<Listed>(HERE, options, async (request, reply) => {
    const asked = askedIn(request.query);
    // Before the look: what comes meanwhile was not seen.
    const until = new Date(clock.now()).toISOString();
    const page = await app.quarantined(queryOf(asked, PAGE), asked.state);
    const calls = [...new Set(page.items.flatMap(({ callSessionId }) => callSessionId ?? []))];
    const fields = fieldsOf(asked);
    if (page.items.length > 0) {
      await recordLook(request, audit.access, {
        action: 'quarantine',
        calls,
        members: [],
        fields: Object.keys(asked.filter),
      });
    }
    const { filter, state } = asked;
    const next =
      page.next === null ? null : `${HERE}?${new URLSearchParams({ ...fields, cursor: encodeCursor(page.next) })}`;
    const done = doneWords(request.query['done'], request.query['left']);
    const visit = visitOf(request);
    return sendPage(reply, Quarantine({ visit, filter, state, fields, page, next, until, done }));
  });
}

function releaseForm(server: FastifyInstance, { app }: PageDeps): void {
  server.post<Form>(`${HERE}/release`, options, async (request, reply) => {
    const { release = '' } = request.body;
    const [day = '', id] = [release.slice(0, 10), release.slice(11)];
    const result = isDay(day) && id !== '' ? await releaseIn(app, id, request.actor, day) : 'not-found';
    if (result === 'released') return back(request, reply, { done: 'released' });
    return sendTrouble(request, reply, result === 'not-found' ? 404 : 409, { ...REFUSED[result], link: BACK });
  });
}

async function releaseIn(app: PageDeps['app'], id: string, actor: string, day: string) {
  try {
    return await app.releaseQuarantined(id, actor, day);
  } catch (error) {
    if (errorCode(error) !== 'CALL_PARKED') throw error;
    return 'parked' as const;
  }
}

const REFUSED: Readonly<Record<Exclude<ReleaseResult, 'released'> | 'parked', { title: string; words: string }>> = {
  'not-found': {
    title: 'Not there',
    words: 'Nothing waits under this id: somebody has released or discarded it meanwhile.',
  },
  'call-unknown': {
    title: 'Still unknown',
    words: 'The log still has no such call, so it waits on. Discard it if the call is not ours.',
  },
  parked: {
    title: 'Its call is set aside',
    words: 'It is of a call that is set aside. Help that call first; this waits on meanwhile.',
  },
};

function discardForm(server: FastifyInstance, { app }: PageDeps): void {
  server.post<Form>(`${HERE}/discard`, options, async (request, reply) => {
    const ids = Object.entries(request.body).flatMap(([name, id]) => (/^pick-\d+$/.test(name) ? [id] : []));
    const reason = reasonIn(request.body);
    if (ids.length === 0 || reason === null) return incomplete(request, reply, ids.length === 0);
    const { discarded, left } = await app.discardManyQuarantined({ meant: { ids }, actor: request.actor, reason });
    return back(request, reply, { done: String(discarded), left: String(left) });
  });
}

function discardAllForm(server: FastifyInstance, { app }: PageDeps): void {
  server.post<Form>(`${HERE}/discard-all`, options, async (request, reply) => {
    const reason = reasonIn(request.body);
    const until = readTime(request.body['until'] ?? '');
    // Without it whatever comes meanwhile would be among what nobody has seen.
    if (reason === null || until === null) return incomplete(request, reply, false);
    const filter = { ...askedIn(request.body).filter, until };
    const meant = { filter, limit: DISCARDED_AT_ONCE };
    const { discarded, left } = await app.discardManyQuarantined({ meant, actor: request.actor, reason });
    return back(request, reply, { done: String(discarded), left: String(left) });
  });
}

function reasonIn({ reason = '' }: Readonly<Record<string, string>>): string | null {
  const words = reason.trim();
  return words === '' || words.length > REASON_MAX ? null : words;
}

function incomplete(request: FastifyRequest, reply: FastifyReply, isNothingPicked: boolean): FastifyReply {
  return sendTrouble(request, reply, 422, {
    title: 'Nothing was discarded',
    words: isNothingPicked
      ? 'Nothing is picked. Tick what is to be discarded.'
      : `Say why, in 1 to ${REASON_MAX} characters: it stays in the log.`,
    link: BACK,
  });
}

/** To the list that the form was on, if it says so. */
function back(
  { body }: { readonly body: unknown },
  reply: FastifyReply,
  told: Readonly<Record<string, string>>,
): FastifyReply {
  const given = (body as Form['Body'])['back'] ?? '';
  const fields = given.startsWith(`${HERE}?`) ? fieldsOf(askedIn(queryIn(given))) : {};
  return reply.redirect(`${HERE}?${new URLSearchParams({ ...fields, ...told })}`, 303);
}

function queryIn(address: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(address.slice(address.indexOf('?') + 1)));
}

function doneWords(done: unknown, left: unknown): string | null {
  if (done === 'released') return 'It was handed to its call.';
  if (typeof done !== 'string' || !/^\d{1,7}$/.test(done)) return null;
  const others = typeof left === 'string' && /^[1-9]\d{0,6}$/.test(left) ? ` ${left} that were meant are left.` : '';
  return `${done} discarded; they stay in the log.${others}`;
}
