import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own id of a request where it can be one, so that their records and ours meet; else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newRequestId();
}

const RUN = randomUUID().slice(0, 24);

let requests = 0;

/** A UUID whose last twelve digits count: it must be nobody else's, it need not be hard to guess, and every callback has one. */
function newRequestId(): string {
  requests += 1;
  return RUN + requests.toString(16).padStart(12, '0');
}

/** W3C Trace Context: version, trace, span of the caller, flags; what a later version has behind them is not for us. */
const TRACE_PARENT =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/;

/** A caller's place in a trace of theirs. */
export type Trace = { readonly traceId: string; readonly traceparent: string };

/** Where in a trace the caller stands; null without a sound `traceparent`. */
export function traceOf({ headers }: Pick<IncomingMessage, 'headers'>): Trace | null {
  const given = headers['traceparent'];
  const found = typeof given === 'string' ? TRACE_PARENT.exec(given)?.groups : undefined;
  if (!found) return null;
  const { version, traceId = '', spanId = '', flags, more } = found;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  // Ids of zeros only are none.
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

/** Has every answer say which request it is to: by its id, and by the caller's place in a trace as it was given. */
export function tellRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    tellRequest(request, reply);
    done();
  });
}

/** The same for an answer before any hook. */
export function tellRequest(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  const trace = traceOf(request);
  if (trace !== null) reply.header('traceparent', trace.traceparent);
}
