import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { errorCode } from '../base/coded-error.ts';
import { type Answer, createCheckpointWitness, type WitnessDeps } from './witness.ts';

export type WitnessServerDeps = WitnessDeps & {
  /** Told of what keeps it from signing, by its code; nothing of it is answered. */
  readonly troubled: (code: string) => void;
};

/** 63 hashes in base64 and a note take a tenth of it. */
const BODY_BYTES_MAX = 64 * 1024;
const TEXT = 'text/plain; charset=utf-8';
/** What a log must know to ask again (C2SP tlog-witness). */
const SIZE = 'text/x.tlog.size';

const REASONS: Readonly<Record<number, string>> = {
  400: 'this is no request of a log, or a checkpoint that is older than it says',
  403: 'no key of this log has signed it soundly',
  404: 'this log is not known here',
  422: 'it does not go on from the checkpoint before',
  500: 'it cannot be signed at present',
};

/** A witness over HTTP; the caller listens. */
export function buildWitness({ troubled, ...deps }: WitnessServerDeps): FastifyInstance {
  const witness = createCheckpointWitness(deps);
  const server = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 20_000,
    connectionTimeout: 60_000,
    forceCloseConnections: 'idle',
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error, _request, reply) => {
    const status = (error as { readonly statusCode?: number }).statusCode ?? 500;
    if (status >= 500) troubled(errorCode(error));
    return say(reply, status);
  });
  server.setNotFoundHandler((_request, reply) => say(reply, 404));

  server.post('/add-checkpoint', async (request, reply) => {
    const body = textOf(request.body);
    return body === null ? say(reply, 400) : answer(reply, await witness.add(body));
  });
  server.get<{ Params: { name: string } }>('/:name/checkpoint', async (request, reply) => {
    const note = await witness.latest(request.params.name);
    return note === null ? say(reply, 404) : reply.header('content-type', TEXT).send(Buffer.from(note));
  });
  return server;
}

function answer(reply: FastifyReply, given: Answer): FastifyReply {
  if (typeof given === 'number') return say(reply, given);
  // As bytes: to text Fastify adds a charset.
  if ('knows' in given)
    return reply
      .code(409)
      .header('content-type', SIZE)
      .send(Buffer.from(`${given.knows}\n`));
  return reply.header('content-type', TEXT).send(Buffer.from(given.lines));
}

function say(reply: FastifyReply, status: number): FastifyReply {
  const words = REASONS[status] ?? 'this is not possible';
  return reply
    .code(status)
    .header('content-type', TEXT)
    .send(Buffer.from(`${words}\n`));
}

function textOf(body: unknown): string | null {
  if (!Buffer.isBuffer(body)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}
