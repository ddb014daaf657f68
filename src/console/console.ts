import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { assetRoutes, loadAssets } from './assets.ts';
import type { ConsoleDeps } from './deps.ts';
import { liveRoute } from './live.ts';
import { callPages } from './routes/calls.ts';
import { formRoutes } from './routes/forms.ts';
import { memberPages } from './routes/members.ts';
import { phonePages } from './routes/phone.ts';
import { todayRoute } from './routes/today.ts';
import { tellTroubles } from './troubles.ts';
import { admitVisitors } from './visitor.ts';

/** The console: pages for people. It shows and asks what the application and the audit know and allow, and decides nothing. */
export function consoleRoutes(server: FastifyInstance, given: ConsoleDeps): void {
  const deps = { ...given, assets: loadAssets() };
  assetRoutes(server, deps.assets);
  server.register(async (scope) => {
    await scope.register(cookie);
    scope.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console', 302));
    admitVisitors(scope, deps);
    tellTroubles(scope);
    todayRoute(scope, deps);
    callPages(scope, deps);
    memberPages(scope, deps);
    if (deps.telephones) phonePages(scope, deps, deps.telephones);
    formRoutes(scope, deps);
    liveRoute(scope, deps);
  });
}
