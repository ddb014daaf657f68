import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createPresent } from '../base/present.ts';
import { type Closing, letGoOfConnections } from './closing.ts';
import type { HttpLimits } from './limits.ts';
import { createLoad, exceeds, inFlightLimit, type Sheddable, watchProcess } from './load.ts';
import { sendProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Its answer has no end: whoever listens is no request in flight, and nobody waits for that when the server closes. The
     * route itself bounds how many there are.
     */
    readonly isStream?: boolean;
  }
}

/** Routes that are told apart when there is too much to do, or the server closes. */
export type RouteKinds = {
  /** They must answer all the same. */
  readonly probes: readonly string[];
  /** They are the last to be refused. */
  readonly callbacks: readonly string[];
  /** What they ask for brings calls to an end, so it is done also while the server closes. */
  readonly endings: readonly string[];
};

/**
 * Refuses requests with 503 while the process is overloaded or closing; nothing is recorded then, so they may be sent
 * again. Our own, because @fastify/under-pressure builds a description of the route for every request, which costs more
 * than all the checks.
 */
export function guardLoad(server: FastifyInstance, limits: HttpLimits, kinds: RouteKinds, closing: Closing): void {
  const [probes, callbacks, endings] = [new Set(kinds.probes), new Set(kinds.callbacks), new Set(kinds.endings)];
  const load = createLoad(limits);
  const stopWatching = watchProcess(load, limits);
  const most = { staff: inFlightLimit(limits.maxInFlight, 'staff'), callback: limits.maxInFlight };
  const unanswered = createPresent<ServerResponse>();
  const isNewWork = ({ method, routeOptions: { url = '' } }: FastifyRequest): boolean =>
    !['GET', 'HEAD', 'OPTIONS'].includes(method) && !callbacks.has(url) && !endings.has(url);

  server.addHook('onRequest', (request, reply, done) => {
    const { url = '', config } = request.routeOptions;
    const isStream = config.isStream === true;
    if (!isStream) reply.raw.on('close', unanswered.enter(reply.raw));
    const stage = closing.stage();
    // Whoever comes again comes to another server.
    if (stage !== 'open') reply.header('connection', 'close');
    if (probes.has(url)) return done();
    if (stage === 'shut' || (stage === 'leaving' && (isStream || isNewWork(request))))
      return sendProblem(reply, 'UNAVAILABLE');
    const whom: Sheddable = callbacks.has(url) ? 'callback' : 'staff';
    if (!exceeds(unanswered.size(), most[whom]) && !load.isHigh(whom, performance.now())) return done();
    sendProblem(reply, 'OVERLOADED');
  });
  letGoOfConnections(server, closing, unanswered);
  server.addHook('preClose', (done) => {
    closing.shut();
    done();
  });
  server.addHook('onClose', (_server, done) => {
    stopWatching();
    done();
  });
}
