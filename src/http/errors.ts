import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import {
  type ProblemCode,
  type ProblemExtras,
  problemHeaders,
  problemJson,
  problemStatus,
  sendProblem,
} from './problem.ts';
import { tellRequest } from './request-id.ts';
import { lineOf } from './request-line.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

const BY_CODE: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_JSON',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
  // The log could not take it, or cannot say whether it did: the sender may send it again.
  LOG_UNAVAILABLE: 'UNAVAILABLE',
  LOG_UNKNOWN_OUTCOME: 'UNAVAILABLE',
  // So for the database of read models and members.
  READ_STORE_UNAVAILABLE: 'UNAVAILABLE',
  READ_STORE_BUSY: 'UNAVAILABLE',
  MEMBERS_UNAVAILABLE: 'UNAVAILABLE',
  MEMBERS_BUSY: 'UNAVAILABLE',
  // A new file takes its place; what was asked for is there a moment later.
  READ_STORE_CORRUPT: 'UNAVAILABLE',
  MEMBERS_CORRUPT: 'MEMBERS_CORRUPT',
  MEMBERS_READ_ONLY: 'MEMBERS_READ_ONLY',
  // A look that cannot be recorded is not granted.
  ACCESS_DISK_LOW: 'DISK_LOW',
  LOG_TOO_LARGE: 'TOO_LARGE',
  CALL_PARKED: 'CALL_PARKED',
  CHECKPOINT_STORE_UNAVAILABLE: 'CHECKPOINT_UNAVAILABLE',
  CHECKPOINT_WITNESS_UNAVAILABLE: 'CHECKPOINT_UNAVAILABLE',
  CHECKPOINT_KEY: 'CHECKPOINT_KEY',
  CHECKPOINT_FORK: 'CHECKPOINT_FORK',
};

/** Turns whatever a route throws into a problem, and logs what is our fault. */
export function errorHandler(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const failure: Partial<FastifyError> = typeof error === 'object' && error !== null ? error : {};
    const [code, extras] = problemOf(failure);
    if (problemStatus(code) >= 500) {
      logger.error({ ...lineOf(request), route: request.routeOptions.url, ...traceOf(failure) }, 'request failed');
    }
    sendProblem(reply, code, extras);
  };
}

function problemOf(failure: Partial<FastifyError>): [ProblemCode, ProblemExtras?] {
  // Names the field and the rule, never the value.
  if (failure.validation) return ['BAD_REQUEST', { detail: `${failure.message}` }];
  const code = BY_CODE[`${failure.code}`];
  if (code) return [code];
  const status = failure.statusCode ?? 500;
  return [status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL'];
}

/** What may be logged of an error: not its message, which may quote a statement, a number or an answer. */
function traceOf({ name, code, message, stack }: Partial<FastifyError>) {
  const frames = stack
    ?.replace(`${message}`, '')
    .split('\n')
    .filter((line) => line.startsWith('    at '));
  return { error: name, code, at: frames?.slice(0, 8).map((line) => line.trim()) };
}

/** Errors of Fastify before a route is known; the default answer quotes the path. */
export function frameworkErrors(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  tellRequest(request, reply);
  // No hook has run.
  sendProblem(reply.headers(SAFE_HEADERS), error.statusCode === 414 ? 'URI_TOO_LONG' : 'BAD_REQUEST');
}

/** Requests that Node could not parse, or that did not arrive in time. */
export function clientErrorHandler(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endWithProblem(socket, clientProblem(error.code));
}

/** Writes a problem to a connection that no response of Node's is for, and ends it. */
export function endWithProblem(socket: Duplex, code: ProblemCode, extra: Readonly<Record<string, string>> = {}): void {
  const status = problemStatus(code);
  const body = problemJson(code);
  const headers = Object.entries({ ...problemHeaders(body), ...extra }).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, '', body].join('\r\n'));
}

function clientProblem(code: string | undefined): ProblemCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  return code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST';
}
