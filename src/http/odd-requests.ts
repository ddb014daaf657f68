import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { endWithProblem } from './errors.ts';
import { problemHeaders, problemJson, problemStatus, sendProblem } from './problem.ts';

/** So long a client has to take the answer before it is cut off. */
const LINGER_MS = 1_000;

/**
 * Answers with a problem what Node answers with an empty body, or with none at all: an expectation that nobody can meet, a
 * tunnel through us, a request that leaves open for which host it is or where it ends. All else is told by the parser, see `clientErrorHandler`.
 */
export function answerOddRequests(server: FastifyInstance): void {
  server.server.on('checkExpectation', (_request, response) => {
    const body = problemJson('EXPECTATION_FAILED');
    response.writeHead(problemStatus('EXPECTATION_FAILED'), problemHeaders(body)).end(body);
  });
  server.server.on('connect', (_request, socket) => {
    // It is nobody's any more: no parser reads it, no time limit of the server's is on it.
    socket.on('error', () => socket.destroy());
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    endWithProblem(socket, 'METHOD_NOT_ALLOWED', { allow: 'GET, HEAD, OPTIONS, POST' });
  });
  server.addHook('onRequest', ({ raw }, reply, done) => {
    const detail = ambiguityOf(raw);
    if (detail === null) return done();
    sendProblem(reply.header('connection', 'close'), 'BAD_REQUEST', { detail });
  });
}

/** What somebody between the client and us may have read in another way. */
function ambiguityOf(request: IncomingMessage): string | null {
  if (!isForOneHost(request)) return 'the request must name one host';
  const encoding = request.headers['transfer-encoding'];
  // Node hands such a request on before it finds that it cannot tell where the body ends.
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked')
    return 'the body must be sent as it is, or in chunks';
  return null;
}

/** RFC 9112, 3.2: one Host, which is that of the target where the target names one; HTTP/1.0 may do without. */
function isForOneHost({ url = '', headers, rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts !== 1) return hosts === 0 && httpVersion === '1.0';
  if (url.startsWith('/') || url === '*') return true;
  return URL.canParse(url) && new URL(url).host === headers.host?.toLowerCase();
}
