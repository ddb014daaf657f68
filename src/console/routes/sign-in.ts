import type { FastifyInstance } from 'fastify';
import { actorNamed } from '../../audit/sessions/entries.ts';
import { CodedError } from '../../base/coded-error.ts';
import { NOBODY } from '../../http/staff-auth.ts';
import { findApiKey } from '../../identity/api-keys.ts';
import { beginSession, type SignInDeps } from '../begin-session.ts';
import { guardSite, pathToReturnTo } from '../own-site.ts';
import { sendPage } from '../page.ts';
import { SignedOutPage, SignInPage, Unknowable } from '../pages/sign-in.tsx';
import { keyMark } from '../ticket.ts';
import { acceptForms } from './forms.ts';
import { entraRoutes } from './sign-in-entra.ts';

/** Where people sign in, for whoever is not yet. Each of these may be asked by anybody. */
export function signInRoutes(server: FastifyInstance, deps: SignInDeps): void {
  acceptForms(server);
  guardSite(server, deps);
  server.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof CodedError)) throw error;
    return sendPage(reply.header('retry-after', '5'), Unknowable({ assets: deps.assets.folder }), 503);
  });
  pages(server, deps);
  if (deps.signIn.entra) entraRoutes(server, { ...deps, entra: deps.signIn.entra });
  else byKey(server, deps);
}

type Query = { Querystring: Readonly<Record<string, unknown>> };

const HIDDEN = { schema: { hide: true } } as const;

function pages(server: FastifyInstance, { assets, signIn }: SignInDeps): void {
  server.get<Query>('/console/sign-in', HIDDEN, (request, reply) => {
    const { returnTo, again } = request.query;
    const isEntra = signIn.entra !== null;
    const path = pathToReturnTo(returnTo);
    if (isEntra && again === '1')
      return reply.redirect(`/console/sign-in/entra?${new URLSearchParams({ again: '1', returnTo: path })}`, 303);
    return sendPage(
      reply,
      SignInPage({ assets: assets.folder, isEntra, why: 'nobody', isForm: false, returnTo: path }),
    );
  });
  server.get('/console/signed-out', HIDDEN, async (_request, reply) => {
    const providerUrl = signIn.entra
      ? await signIn.entra.client.endUrl(`${signIn.publicBaseUrl}/console/sign-in`).catch(() => null)
      : null;
    return sendPage(reply, SignedOutPage({ assets: assets.folder, providerUrl }));
  });
}

type KeyForm = { Body: Readonly<Record<string, string>> };

/** Keys that are guessed here are counted with those that are guessed in headers, and slowed down as they are. */
function byKey(server: FastifyInstance, deps: SignInDeps): void {
  const { staff, assets } = deps;
  server.post<KeyForm>('/console/sign-in', HIDDEN, async (request, reply) => {
    const { key: presented = '', returnTo } = request.body;
    const path = pathToReturnTo(returnTo);
    const text = presented.trim();
    const found = staff.mode === 'loopback' || text === '' ? null : findApiKey(staff.keys, text);
    if (found && server.door.mayUse(request, text)) {
      const person = { by: 'api-key', name: found.name } as const;
      await beginSession(request, reply, deps, { person, roles: found.roles, key: keyMark(found.sha256) });
      return reply.redirect(path, 303);
    }
    const isSlow = server.door.isSlow(request, 'staff');
    const reason = found ? 'wait' : 'unknown-key';
    server.door.note(request, { of: 'staff', reason, problem: 'UNAUTHENTICATED', credential: text });
    request.turnedAway = found
      ? { actor: actorNamed(found.name, found.roles), by: 'api-key', roles: found.roles }
      : NOBODY;
    const why = isSlow || found ? 'wait' : 'key';
    const page = { assets: assets.folder, isEntra: false, why, isForm: false, returnTo: path } as const;
    return sendPage(reply, SignInPage(page), why === 'wait' ? 429 : 401);
  });
}
