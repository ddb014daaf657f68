import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DEFAULT_PURPOSE } from '../audit/access/look.ts';
import { authenticator, NOBODY, type Verdict } from '../http/staff-auth.ts';
import { ROLES, type Role } from '../identity/staff.ts';
import type { PageDeps } from './deps.ts';
import { sendPage } from './page.ts';
import { Refused } from './pages/refused.tsx';
import type { Visit } from './parts/frame.tsx';

/** As what somebody on this machine wants to see the console; it proves nothing, for there is nothing to prove. */
export const ROLE_COOKIE = 'callistra-seen-as';

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit | null;
  }
}

/** Lets in to the console who may, before anything of the request is read. Requests that nobody has made are refused unread. */
export function admitVisitors(server: FastifyInstance, deps: PageDeps): void {
  const { staff, assets, app } = deps;
  const authenticate = ROLES.map((role) => [role, authenticator(staff, [role])] as const);
  server.decorateRequest('visit', null);
  server.addHook('onRequest', async (request, reply) => {
    if (isPrefetch(request)) return reply.code(204).send();
    const role = roleOf(request);
    const check = authenticate.find(([each]) => each === role)![1];
    const verdict = await check(request);
    if (!isAdmitted(verdict) || !isOwnForm(request)) return refuse(request, reply, verdict);
    request.actor = verdict.actor;
    request.staff = { ...verdict, purpose: DEFAULT_PURPOSE };
    const path = request.url.split('?', 1)[0]!;
    const { simulated } = app.health();
    request.visit = {
      role,
      actor: verdict.actor,
      roles: verdict.roles,
      path,
      assets: assets.folder,
      zone: 'UTC',
      simulated,
    };
  });
}

/** The visit of a request that was let in. */
export function visitOf({ visit }: FastifyRequest): Visit {
  if (!visit) throw new Error('a page is for visitors who were let in');
  return visit;
}

type Admitted = Exclude<Verdict, { refusal: unknown }>;

function isAdmitted(verdict: Verdict): verdict is Admitted {
  return !('refusal' in verdict);
}

function refuse(request: FastifyRequest, reply: FastifyReply, verdict: Verdict): FastifyReply {
  request.turnedAway = ('known' in verdict ? verdict.known : undefined) ?? NOBODY;
  const reason =
    'refusal' in verdict && verdict.refusal !== 'keys-unavailable' ? verdict.refusal.reason : 'foreign-form';
  request.server.door.note(request, { of: 'staff', reason, problem: 'FORBIDDEN' });
  return sendPage(reply, Refused(), 403);
}

function roleOf({ cookies }: FastifyRequest): Role {
  const wanted = cookies[ROLE_COOKIE];
  return ROLES.find((role) => role === wanted) ?? 'Coordinator';
}

/** Browsers fetch what somebody might look at; a look that nobody has taken must not stand in the log. */
function isPrefetch({ headers }: FastifyRequest): boolean {
  return [headers['sec-purpose'], headers['x-sec-purpose']].some((purpose) =>
    String(purpose ?? '').includes('prefetch'),
  );
}

/** What changes something comes from a page of ours: its Origin is our own. Browsers send it with every POST. */
function isOwnForm({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
