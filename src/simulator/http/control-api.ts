import { problem } from '../wire/problem.ts';
import type { Reply } from '../wire/reply.ts';
import type { WireRequest } from '../wire/request.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { World } from '../world/world.ts';
import { CONTROL_ROUTES } from './control-routes.ts';
import type { ControlRequest } from './route.ts';

const ROOT = '/_simulator';
const LOOPBACK_ADDRESS = /^(::ffff:)?127\.|^::1$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/**
 * Answers a request to the control API. Only this machine may ask, and no web page: a browser names the page's origin,
 * and the host name by which it was led here.
 */
export async function answerControl(
  world: World,
  tokens: TokenIssuer,
  request: WireRequest,
  remoteAddress: string,
): Promise<Reply> {
  const { host = '', origin } = request.headers;
  const isLocalOrigin = origin === undefined || LOOPBACK_HOST.test(origin.replace(/^https?:\/\//, ''));
  if (!LOOPBACK_ADDRESS.test(remoteAddress) || !LOOPBACK_HOST.test(host) || !isLocalOrigin) {
    return problem(403, 'LOOPBACK_ONLY');
  }
  const [path = '', query = ''] = request.url.slice(ROOT.length).split('?');
  const matching = CONTROL_ROUTES.filter(({ pattern }) => pattern.test(path));
  if (matching.length === 0) return problem(404, 'NOT_FOUND', `see GET ${ROOT}`);
  const route = matching.find(({ methods }) => methods.includes(request.method));
  if (route === undefined) return problem(405, 'METHOD_NOT_ALLOWED');

  const body = parseBody(request.body);
  if (!body.ok) return problem(400, 'INVALID_JSON');
  const parameter = decode(route.pattern.exec(path)?.[1] ?? '');
  const input: ControlRequest = { parameter, query: new URLSearchParams(query), body: body.value };
  return route.handle(world, tokens, input);
}

function parseBody(body: Buffer): { ok: true; value: unknown } | { ok: false } {
  if (body.length === 0) return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(body.toString('utf8')) };
  } catch {
    return { ok: false };
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
