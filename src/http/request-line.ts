import type { FastifyRequest } from 'fastify';
import { traceOf } from './request-id.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The call that it is about, its callSessionId; set when that is known to be one, for the lines of the log. */
    call: string | null;
  }
}

/** What a line of the log says of a request: ids that are known to be some, and no other word of whoever sent it. */
export type RequestLine = {
  readonly reqId: string;
  /** The caller's own trace. */
  readonly traceId?: string;
  readonly call?: string;
  /** `<role>:<name>`, or `anonymous`. */
  readonly actor?: string;
};

export function lineOf(request: FastifyRequest): RequestLine {
  const trace = traceOf(request);
  const actor = request.actor || request.turnedAway?.actor;
  return {
    reqId: request.id,
    ...(trace !== null && { traceId: trace.traceId }),
    ...(request.call !== null && { call: request.call }),
    ...(actor && { actor }),
  };
}
