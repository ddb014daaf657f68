import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DEFAULT_PURPOSE } from '../audit/access/look.ts';
import { CodedError } from '../base/coded-error.ts';
import { authenticator, type Known, NOBODY } from '../http/staff-auth.ts';
import { ROLES, type Role } from '../identity/staff.ts';
import type { PageDeps, SignIn } from './deps.ts';
import { refuse } from './own-site.ts';
import { sendPage } from './page.ts';
import { SignInPage, Unknowable } from './pages/sign-in.tsx';
import type { SignedIn, Visit } from './parts/frame.tsx';
import { choicesOf } from './routes/choices.ts';
import { noteHand, type SignedOut, whoIs } from './signed-in.ts';
import { personMark } from './ticket.ts';

/** As what somebody with several roles wants to see the console; it proves nothing. */
export const ROLE_COOKIE = 'callistra-seen-as';

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit | null;
  }
}

/** Lets in to the console who may, before anything of the request is read. */
export function admitVisitors(server: FastifyInstance, given: PageDeps): void {
  const { signIn } = given;
  // As long as the process lives: what else health tells takes longer than half a page.
  const deps = { ...given, simulated: given.app.health().simulated };
  server.decorateRequest('visit', null);
  server.addHook('onRequest', signIn ? bySession({ ...deps, signIn }) : byLoopback(deps));
}

type AdmitDeps = PageDeps & { readonly simulated: boolean };
type Admit = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** On this machine everybody has every role, and chooses as which one they see the console. */
function byLoopback(deps: AdmitDeps): Admit {
  const authenticate = ROLES.map((role) => [role, authenticator(deps.staff, [role])] as const);
  return async (request, reply) => {
    const role = roleOf(request, ROLES);
    const verdict = await authenticate.find(([each]) => each === role)![1](request);
    if ('refusal' in verdict) {
      const { refusal, known } = verdict;
      return refuse(request, reply, refusal === 'keys-unavailable' ? refusal : refusal.reason, known);
    }
    admit(request, deps, { role, known: verdict, signedIn: null });
  };
}

function bySession(deps: AdmitDeps & { readonly signIn: SignIn }): Admit {
  return async (request, reply) => {
    try {
      const found = await whoIs(request, deps);
      if ('why' in found) return signedOut(request, reply, found, deps);
      const { ticket, session, roles } = found;
      await noteHand(request, reply, ticket, deps);
      const role = roleOf(request, roles);
      const { by, name } = ticket.ref.person;
      const known = { actor: `${role.toLowerCase()}:${name}`, by, roles };
      const signedIn = {
        ref: ticket.ref,
        activeMs: ticket.activeMs,
        mark: personMark(ticket.ref.person),
        name: deps.audit.staffName(name) ?? name,
        beganAt: session.beganAt,
        idleMs: deps.signIn.idleMs,
      };
      admit(request, deps, { role, known, signedIn });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      reply.header('retry-after', '5');
      return sendPage(reply, Unknowable({ assets: deps.assets.folder }), 503);
    }
  };
}

/** Nothing is shown or done; whoever had no cookie at all knocks for the first time, and is refused nothing. */
function signedOut(
  request: FastifyRequest,
  reply: FastifyReply,
  { why, known }: SignedOut,
  deps: PageDeps & { readonly signIn: SignIn },
): FastifyReply {
  const isForm = request.method !== 'GET' && request.method !== 'HEAD';
  if (why !== 'nobody' || isForm) request.turnedAway = known ?? NOBODY;
  const { assets, signIn } = deps;
  const page = { assets: assets.folder, isEntra: signIn.entra !== null, why, isForm, returnTo: request.url };
  return sendPage(reply, SignInPage(page), 401);
}

type Admitted = { readonly role: Role; readonly known: Known; readonly signedIn: SignedIn | null };

function admit(request: FastifyRequest, { assets, simulated }: AdmitDeps, { role, known, signedIn }: Admitted): void {
  request.actor = known.actor;
  request.staff = { ...known, purpose: DEFAULT_PURPOSE };
  request.visit = {
    role,
    actor: known.actor,
    roles: known.roles,
    path: request.url.split('?', 1)[0]!,
    assets: assets.folder,
    simulated,
    ...choicesOf(request),
    ...(signedIn && { signedIn }),
  };
}

/** The visit of a request that was let in. */
export function visitOf({ visit }: FastifyRequest): Visit {
  if (!visit) throw new Error('a page is for visitors who were let in');
  return visit;
}

/** @param held at least one */
function roleOf({ cookies }: FastifyRequest, held: readonly Role[]): Role {
  const wanted = cookies[ROLE_COOKIE];
  return held.find((role) => role === wanted) ?? ROLES.find((role) => held.includes(role))!;
}
