import type { FastifyInstance } from 'fastify';
import { endAllOf, nameMeant, sessionsOf } from '../../audit/sessions/of-somebody.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { StaffSessions } from '../pages/staff-sessions.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forOperators } from './for-roles.ts';

const PATH = '/console/operations/sessions';
const REASON_MAX = 500;
const options = { schema: { hide: true }, onRequest: forOperators };

type Asked = { Querystring: { readonly name?: unknown; readonly ended?: unknown } };
type Form = { Body: Readonly<Record<string, string>> };

/** Where somebody is signed in, and the end of that, for Operators. */
export function staffSessionPages(server: FastifyInstance, { audit, signIn }: PageDeps): void {
  server.get<Asked>(PATH, options, async (request, reply) => {
    const { name: text, ended } = request.query;
    const typed = typeof text === 'string' ? text : '';
    const name = nameMeant(typed);
    const sessions = name === null ? [] : await sessionsOf(audit.sessions, name);
    const page = {
      visit: visitOf(request),
      hasSignIn: signIn !== undefined,
      typed,
      known: name === null ? null : { name, called: audit.staffName(name), sessions },
      ended: typeof ended === 'string' && /^\d{1,4}$/.test(ended) ? Number(ended) : null,
    };
    return sendPage(reply, StaffSessions(page), typed !== '' && name === null ? 422 : 200);
  });
  server.post<Form>(`${PATH}/end`, options, async (request, reply) => {
    const name = nameMeant(request.body['name'] ?? '');
    const reason = (request.body['reason'] ?? '').trim();
    const back = name === null ? PATH : addressOf({ name });
    if (name === null || reason === '' || reason.length > REASON_MAX) {
      const words = `Say whose sessions end, and why, in 1 to ${REASON_MAX} characters: it stays in the log. Nothing was done.`;
      const link = { href: back, words: 'Who is signed in' };
      return sendTrouble(request, reply, 422, { title: 'A reason is needed', words, link });
    }
    const ended = await endAllOf(audit.sessions, { name, actor: request.actor, reason });
    return reply.redirect(addressOf({ name, ended: `${ended}` }), 303);
  });
}

function addressOf(query: Readonly<Record<string, string>>): string {
  return `${PATH}?${new URLSearchParams(query)}`;
}
