import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Answers addresses that no route takes: 405 when another method of the same address exists, else 404. */
export function answerUnknownRoutes(server: FastifyInstance): void {
  const methodsByPattern = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ method, url }) => {
    const methods = methodsByPattern.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    methodsByPattern.set(url, methods);
  });

  server.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = new Set<string>();
    for (const [pattern, methods] of methodsByPattern) {
      if (matches(pattern, path)) for (const method of methods) allowed.add(method);
    }
    if (allowed.size === 0) return sendProblem(reply, 'ROUTE_NOT_FOUND');
    return sendProblem(reply.header('allow', [...allowed].join(', ')), 'METHOD_NOT_ALLOWED');
  });
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]));
}
