import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Audit } from '../audit/api.ts';

/** What a request knows of who makes it and of its call, before anybody has asked. */
export function knowStaff(server: FastifyInstance): void {
  server.decorateRequest('actor', '');
  server.decorateRequest('staff', null);
  server.decorateRequest('turnedAway', null);
  server.decorateRequest('call', null);
}

/** Whether a route is one that only staff may use. */
export function isOfStaff({ routeOptions: { url } }: FastifyRequest): boolean {
  return url !== undefined && /^\/(?:api(?!\/calls\/events)\/|metrics|console)/.test(url);
}

/** Whoever is turned away at a staff route stands in the log; what they presented does not. */
export function recordRefusals(server: FastifyInstance, audit: Pick<Audit, 'refused'>): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { turnedAway } = request;
    const { statusCode: status } = reply;
    if (turnedAway && (status === 401 || status === 403 || status === 429)) {
      // Asked for here only: Fastify makes a description of the route whenever it is asked for.
      const route = `${request.method} ${request.routeOptions.url}`;
      const { actor, by, roles } = turnedAway;
      const who = { actor, ...(by !== undefined && { by }), roles };
      audit.refused({ ...who, status, route, requestId: request.id, address: request.address });
    }
    done();
  });
}
