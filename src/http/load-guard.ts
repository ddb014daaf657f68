import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { HttpLimits } from './limits.ts';
import { sendProblem } from './problem.ts';

const RESOLUTION_MS = 20;
const IDLE_SWEEP_MS = 50;

/**
 * Refuses requests with 503 while the process is overloaded or closing; nothing is recorded then, so they may be sent
 * again. `exempt` are routes that must answer all the same. Our own, because @fastify/under-pressure builds a
 * description of the route for every request, which costs more than all the checks.
 */
export function guardLoad(server: FastifyInstance, limits: HttpLimits, exempt: readonly string[]): void {
  const exempted = new Set(exempt);
  const load = watchLoad(limits);
  let inFlight = 0;
  let closing = false;
  const leave = () => {
    inFlight -= 1;
  };

  server.addHook('onRequest', (request, reply, done) => {
    inFlight += 1;
    reply.raw.on('close', leave);
    const crowded = limits.maxInFlight > 0 && inFlight > limits.maxInFlight;
    if (!closing && !crowded && !load.isHigh()) return done();
    if (exempted.has(request.routeOptions.url ?? '')) return done();
    sendProblem(reply, closing ? 'UNAVAILABLE' : 'OVERLOADED');
  });
  server.addHook('preClose', (done) => {
    closing = true;
    closeConnectionsAsTheyFallIdle(server);
    done();
  });
  server.addHook('onClose', (_server, done) => {
    load.stop();
    done();
  });
}

/** Closing ends idle connections once; one that is in use then would keep the server open until it times out. */
function closeConnectionsAsTheyFallIdle({ server }: FastifyInstance): void {
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS).unref();
  server.once('close', () => clearInterval(timer));
}

function watchLoad(limits: HttpLimits): { isHigh(): boolean; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let high = false;
  const sample = () => {
    const { heapUsed, rss } = process.memoryUsage();
    const delayMs = delay.mean / 1e6 - RESOLUTION_MS;
    delay.reset();
    high =
      exceeds(heapUsed, limits.maxHeapBytes) ||
      exceeds(rss, limits.maxRssBytes) ||
      exceeds(delayMs, limits.maxEventLoopDelayMs);
  };
  sample();
  const timer = setInterval(sample, limits.loadSampleMs).unref();
  return {
    isHigh: () => high,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}

function exceeds(value: number, limit: number): boolean {
  return limit > 0 && value > limit;
}
