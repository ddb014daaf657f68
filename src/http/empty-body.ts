import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Takes a body without a byte for no body, whatever content type it is said to have: many clients name one for every POST.
 * Callbacks have rules of their own, and are too many for a hook that does nothing.
 */
export function takeEmptyForAbsent(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _reply, payload: Readable, done) => {
    const { headers } = request;
    if (!saysType(headers)) return done();
    if (headers['transfer-encoding'] === undefined) {
      if (Number(headers['content-length'] ?? 0) === 0) forgetBody(headers);
      return done();
    }
    // Only its end tells whether chunks come at all.
    firstOf(payload, (what) => {
      if (what === 'end') forgetBody(headers);
      if (what === 'broken') done(new BrokenBody());
      else done();
    });
  });
}

/** The client has gone, or what came is no chunk: nothing may be done for it. */
class BrokenBody extends Error {
  override readonly name = 'BrokenBody';
  readonly statusCode = 400;
}

/** Without a type and a length Fastify looks for no body either; with chunks it does. */
function saysType(headers: IncomingHttpHeaders): boolean {
  return headers['content-type'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function forgetBody(headers: IncomingHttpHeaders): void {
  delete headers['content-type'];
  delete headers['transfer-encoding'];
}

/** Tells, once, what comes first of a body; its bytes can be read all the same. */
function firstOf(body: Readable, told: (what: 'bytes' | 'end' | 'broken') => void): void {
  const conclude = (what: 'bytes' | 'end' | 'broken'): void => {
    body.off('readable', onReadable).off('end', onEnd).off('close', onBroken).off('error', onBroken);
    told(what);
  };
  const onEnd = (): void => conclude('end');
  const onBroken = (): void => conclude('broken');
  const onReadable = (): void => {
    const bytes: unknown = body.read();
    // It wakes at its end, too.
    if (bytes === null) return;
    body.unshift(bytes);
    conclude('bytes');
  };
  body.on('readable', onReadable).on('end', onEnd).on('close', onBroken).on('error', onBroken);
}
