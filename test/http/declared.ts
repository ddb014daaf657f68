import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OPERATIONS } from '../../src/http/openapi/operations.ts';
import { codesOf } from '../../src/http/openapi/problems.ts';
import type { ProblemCode } from '../../src/http/problem.ts';
import { isOfStaff } from '../../src/http/refusals.ts';

export const TABLE = 'src/http/openapi/operations.ts';

/** What a route hands to the serialiser and means to be left out, since its schema does not name it. */
const KEPT_BACK: Readonly<Record<string, RegExp>> = {
  'GET /api/calls/status/:id': /^(correlationId|serverCallId|version|responses\[\]\.(responseId|callSessionId))$/,
  'GET /api/calls': /^calls\[\]\.(correlationId|serverCallId|version)$/,
  'GET /api/audit/search': /^calls\[\]\.(correlationId|serverCallId|version)$/,
  // Nothing of a member.
  'GET /api/calls/stuck': /^calls\[\]\.(memberId|phoneNumber)$/,
  // What callbacks say is not shown.
  'GET /api/quarantine': /^items\[\]\.raw$/,
  // That of the call.
  'GET /api/audit/calls/:id': /^raw\[\]\.stream$/,
};

export type Answer = { readonly status: number; readonly type: string; readonly body: string | null };
/** What is wrong with an answer, in words. */
export type Look = (request: FastifyRequest, answer: Answer) => string | null;

/**
 * Looks at every answer of a server whether its route declares it: the code of each problem, and that nothing is lost when it is
 * written.
 * @param look at each answer, beside that
 * @returns what was not, in sentences, once
 */
export function watchDeclared(server: FastifyInstance, look?: Look): () => readonly string[] {
  const found = new Set<string>();
  const handed = new WeakMap<FastifyRequest, unknown>();
  server.addHook('preSerialization', async (request, _reply, payload) => {
    handed.set(request, JSON.parse(JSON.stringify(payload)));
    return payload;
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const { url = '/docs' } = request.routeOptions;
    if (url.startsWith('/docs') || request.method === 'HEAD') return payload;
    const [type = ''] = `${reply.getHeader('content-type') ?? ''}`.split(';');
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? `${payload}` : null;
    const answer = { status: reply.statusCode, type, body };
    const flaw = undeclared(request, answer) ?? look?.(request, answer) ?? null;
    if (flaw !== null) found.add(`${routeOf(request)} ${flaw}`);
    for (const field of leftOut(routeOf(request), handed.get(request), body)) found.add(field);
    return payload;
  });
  return () => {
    const told = [...found];
    found.clear();
    return told;
  };
}

const routeOf = ({ method, routeOptions }: FastifyRequest): string => `${method} ${routeOptions.url}`;

function undeclared(request: FastifyRequest, { status, type, body }: Answer): string | null {
  const row = OPERATIONS[routeOf(request)];
  if (!row) return `has no row in ${TABLE}: add one, with its id, its errors and examples`;
  if (type !== 'application/problem+json') return null;
  const { code } = JSON.parse(body ?? '') as { code: ProblemCode };
  const { method, routeOptions } = request;
  const codes = codesOf({ method, path: routeOptions.url ?? '', isStaffs: isOfStaff(request) }, row.errors);
  return codes.includes(code) ? null : `answered ${status} ${code}: add it to the row's errors in ${TABLE}`;
}

function leftOut(route: string, handed: unknown, body: string | null): string[] {
  if (handed === undefined) return [];
  const fields = [...new Set(missing(handed, JSON.parse(body ?? ''), ''))];
  const lost = fields.filter((field) => !KEPT_BACK[route]?.test(field));
  return lost.map((field) => `${route}: ${field} is left out, as the schema of the response does not name it`);
}

function missing(handed: unknown, sent: unknown, path: string): string[] {
  if (Array.isArray(handed)) {
    return handed.flatMap((each, index) => missing(each, (sent as unknown[])[index], `${path}[]`));
  }
  if (typeof handed !== 'object' || handed === null) return [];
  return Object.entries(handed).flatMap(([name, inner]) => {
    const field = path === '' ? name : `${path}.${name}`;
    const shown = (sent as Record<string, unknown>)[name];
    return shown === undefined ? [field] : missing(inner, shown, field);
  });
}
