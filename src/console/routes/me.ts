import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Me } from '../pages/me.tsx';
import { Back } from '../pages/sign-in.tsx';
import { SESSION_COOKIE, takeAway } from '../ticket.ts';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { keepChoices, ZONES } from './choices.ts';

const HIDDEN = { schema: { hide: true } } as const;

type Form = { Body: Readonly<Record<string, string>> };

/** `GET /console/me`: who somebody is here, how the console is shown to them, and where they are signed in. */
export function mePages(server: FastifyInstance, deps: PageDeps): void {
  server.get('/console/me', HIDDEN, async (request, reply) => {
    const visit = visitOf(request);
    const sessions = visit.signedIn ? await deps.audit.sessions.of(visit.signedIn.ref.person) : null;
    return sendPage(reply, Me({ visit, sessions, zones: ZONES }));
  });
  server.post<Form>('/console/me/choices', HIDDEN, (request, reply) => {
    const { zone = '', shortcuts } = request.body;
    if (keepChoices(reply, zone.trim(), shortcuts === 'on')) return reply.redirect('/console/me', 303);
    return sendTrouble(request, reply, 422, {
      title: 'No such time zone',
      words: 'A time zone is one of the list, such as America/Chicago. Nothing was changed.',
      link: { href: '/console/me', words: 'Choose again' },
    });
  });
  signOut(server, deps);
  aroundIdleTime(server, deps);
}

/** What pages ask to tell whether somebody is there, and who. */
function aroundIdleTime(server: FastifyInstance, { assets, audit }: PageDeps): void {
  // Whoever lets in has taken note of the hand.
  server.post('/console/here', HIDDEN, (_request, reply) => reply.code(204).send());
  server.get('/console/session', HIDDEN, (request, reply) =>
    reply.header('cache-control', 'no-store').send({ person: visitOf(request).signedIn?.mark ?? null }),
  );
  server.get('/console/back', HIDDEN, (request, reply) =>
    sendPage(reply, Back({ assets: assets.folder, person: visitOf(request).signedIn?.mark ?? '' })),
  );
  // The cookie stays: it says that whoever signs in next has to prove who they are.
  server.post('/console/sign-out/idle', HIDDEN, async (request, reply) => {
    const { signedIn, actor } = visitOf(request);
    if (signedIn) await audit.sessions.end(signedIn.ref, 'idle', actor);
    return reply.code(204).send();
  });
}

/** Of this session, of another, of all. */
function signOut(server: FastifyInstance, { audit }: PageDeps): void {
  const away = (reply: FastifyReply): FastifyReply => {
    takeAway(reply, SESSION_COOKIE);
    return reply.redirect('/console/signed-out', 303);
  };
  server.post('/console/sign-out', HIDDEN, async (request, reply) => {
    const { signedIn, actor } = visitOf(request);
    if (!signedIn) return reply.redirect('/console', 303);
    await audit.sessions.end(signedIn.ref, 'signed-out', actor);
    return away(reply);
  });
  server.post('/console/sign-out/everywhere', HIDDEN, async (request, reply) => {
    const { signedIn, actor } = visitOf(request);
    if (!signedIn) return reply.redirect('/console', 303);
    await audit.sessions.endAll(signedIn.ref.person, actor);
    return away(reply);
  });
  server.post<Form>('/console/sign-out/one', HIDDEN, async (request, reply) => {
    const { signedIn, actor } = visitOf(request);
    const { session = '', month = '' } = request.body;
    if (!signedIn || !/^\d{4}-\d{2}$/.test(month)) return reply.redirect('/console/me', 303);
    await audit.sessions.end({ person: signedIn.ref.person, month, id: session }, 'signed-out', actor);
    return session === signedIn.ref.id ? away(reply) : reply.redirect('/console/me', 303);
  });
}
