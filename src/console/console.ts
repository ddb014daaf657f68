import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { assetRoutes, loadAssets } from './assets.ts';
import type { ConsoleDeps } from './deps.ts';
import { liveRoute } from './live.ts';
import { guardSite } from './own-site.ts';
import { auditPages } from './routes/audit/audit.ts';
import { callPages } from './routes/calls.ts';
import { formRoutes } from './routes/forms.ts';
import { mePages } from './routes/me.ts';
import { memberPages } from './routes/members.ts';
import { notFoundRoute } from './routes/not-found.ts';
import { operationPages } from './routes/operations.ts';
import { phonePages } from './routes/phone.ts';
import { quarantinePages } from './routes/quarantine.ts';
import { scriptPages } from './routes/scripts.ts';
import { searchRoute } from './routes/search.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { staffSessionPages } from './routes/staff-sessions.ts';
import { todayRoute } from './routes/today.ts';
import { tellBusy, tellTroubles } from './troubles.ts';
import { admitVisitors } from './visitor.ts';

/** The console: pages for people. It shows and asks what the application and the audit know and allow, and decides nothing. */
export function consoleRoutes(server: FastifyInstance, given: ConsoleDeps): void {
  const deps = { ...given, assets: loadAssets() };
  assetRoutes(server, deps.assets);
  const { signIn } = deps;
  if (signIn)
    server.register(async (outside) => {
      await outside.register(cookie);
      signInRoutes(outside, { ...deps, signIn });
    });
  server.register(async (scope) => {
    await scope.register(cookie);
    scope.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console', 302));
    guardSite(scope, deps);
    admitVisitors(scope, deps);
    tellTroubles(scope);
    tellBusy(scope);
    todayRoute(scope, deps);
    callPages(scope, deps);
    memberPages(scope, deps);
    auditPages(scope, deps);
    if (deps.telephones) phonePages(scope, deps, deps.telephones);
    searchRoute(scope, deps);
    scriptPages(scope, deps);
    operationPages(scope, deps);
    quarantinePages(scope, deps);
    staffSessionPages(scope, deps);
    formRoutes(scope, deps);
    mePages(scope, deps);
    liveRoute(scope, deps);
    notFoundRoute(scope);
  });
}
