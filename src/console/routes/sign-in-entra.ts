import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NOBODY } from '../../http/staff-auth.ts';
import { FLOW_MS, type Flow, type SignedIn, SignInError, type SignInRefusal } from '../../identity/open-id.ts';
import { beginSession, type SignInDeps } from '../begin-session.ts';
import { pathToReturnTo } from '../own-site.ts';
import { sendPage } from '../page.ts';
import { NoRoles, SignInFailed } from '../pages/sign-in.tsx';
import { FLOW_COOKIE, giveFlow, readTicket, SESSION_COOKIE, takeAway } from '../ticket.ts';

type EntraDeps = SignInDeps & { readonly entra: NonNullable<SignInDeps['signIn']['entra']> };

type Query = { Querystring: Readonly<Record<string, unknown>> };

const HIDDEN = { schema: { hide: true } } as const;

/** By Entra ID: there, and back again. */
export function entraRoutes(server: FastifyInstance, deps: EntraDeps): void {
  server.get<Query>('/console/sign-in/entra', HIDDEN, async (request, reply) => {
    const returnTo = pathToReturnTo(request.query['returnTo']);
    try {
      const { url, flow } = await deps.entra.client.begin(await mustProveAgain(request, deps));
      giveFlow(reply, await deps.signIn.seals.flow.seal({ ...flow, returnTo }), FLOW_MS);
      return reply.redirect(url, 302);
    } catch (error) {
      return unavailable(reply, deps, returnTo, error);
    }
  });
  server.get('/console/signed-in', HIDDEN, (request, reply) => comeBack(request, reply, deps));
}

/**
 * Else the provider signs in whoever sits there as who sat there before. Who signs out leaves no ticket: where one is left, its
 * session has ended without them.
 */
async function mustProveAgain(request: FastifyRequest<Query>, { signIn }: EntraDeps): Promise<boolean> {
  if (request.query['again'] === '1') return true;
  return (await readTicket(signIn.seals.session, request.cookies[SESSION_COOKIE])) !== null;
}

async function comeBack(request: FastifyRequest, reply: FastifyReply, deps: EntraDeps): Promise<FastifyReply> {
  const sealed = request.cookies[FLOW_COOKIE];
  const kept = sealed === undefined ? null : await deps.signIn.seals.flow.open(sealed);
  takeAway(reply, FLOW_COOKIE);
  if (!kept) return refused(request, reply, deps, { reason: 'no-flow', words: WORDS['no-flow'], returnTo: '/console' });
  const returnTo = pathToReturnTo(kept['returnTo']);
  try {
    const url = new URL(request.url, deps.signIn.publicBaseUrl);
    const found = await deps.entra.client.finish(url, kept as Flow);
    if ('refusal' in found) {
      const { refusal } = found;
      return refused(request, reply, deps, { reason: `sign-in-${refusal}`, words: WORDS[refusal], returnTo });
    }
    return await letIn(request, reply, deps, found.person, returnTo);
  } catch (error) {
    return unavailable(reply, deps, returnTo, error);
  }
}

async function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: EntraDeps,
  { name, tenantId, roles }: SignedIn,
  returnTo: string,
): Promise<FastifyReply> {
  const person = { by: 'person', name } as const;
  const { address } = request;
  const known = { actor: `nobody:${name}`, by: 'person', roles: [] } as const;
  if (tenantId !== deps.entra.tenantId) {
    await deps.audit.sessions.refuse(person, { reason: 'tenant', address });
    return refused(request, reply, deps, { reason: 'sign-in-tenant', words: WORDS.tenant, returnTo, known });
  }
  if (roles.length === 0) {
    await deps.audit.sessions.refuse(person, { reason: 'roles', address });
    request.turnedAway = known;
    return sendPage(reply, NoRoles({ assets: deps.assets.folder, name }), 403);
  }
  await beginSession(request, reply, deps, { person, roles, key: null });
  return reply.redirect(returnTo, 303);
}

const WORDS: Readonly<Record<SignInRefusal | 'no-flow' | 'tenant', string>> = {
  'no-flow':
    'No sign-in was begun in this browser, or it took too long, or was finished already. Nobody was signed in by this.',
  answer:
    'What came back from Entra ID does not belong to the sign-in that was begun here. Nobody was signed in by this.',
  denied: 'Entra ID says that the sign-in was not wanted. Nobody was signed in.',
  identity: 'Entra ID does not say who you are. Nobody was signed in.',
  old: 'You were to prove again who you are, and Entra ID says that you have not. Nobody was signed in.',
  tenant: 'You belong to another organisation than this console. Nobody was signed in.',
};

type Turned = {
  readonly reason: string;
  readonly words: string;
  readonly returnTo: string;
  readonly known?: NonNullable<FastifyRequest['turnedAway']>;
};

function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  { assets }: EntraDeps,
  { reason, words, returnTo, known = NOBODY }: Turned,
): FastifyReply {
  request.turnedAway = known;
  request.server.door.note(request, { of: 'staff', reason, problem: 'FORBIDDEN' });
  return sendPage(reply, SignInFailed({ assets: assets.folder, words, returnTo }), 403);
}

/** @throws what is a bug */
function unavailable(reply: FastifyReply, { assets }: EntraDeps, returnTo: string, error: unknown): FastifyReply {
  if (!(error instanceof SignInError)) throw error;
  const words = `Entra ID cannot be asked at the moment: ${error.message}. Try again in a moment.`;
  return sendPage(reply.header('retry-after', '5'), SignInFailed({ assets: assets.folder, words, returnTo }), 503);
}
