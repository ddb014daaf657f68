import type { FastifyInstance } from 'fastify';
import type { CallApp } from '../app/api.ts';
import { type CallbackRequest, guardCallbacks } from './callback-auth.ts';
import { CALLBACK_LIMITS, readCallbacks } from './callback-body.ts';
import type { CallbackVerifier } from './callback-verifier.ts';
import type { HttpMetrics } from './metrics.ts';
import { sendProblem } from './problem.ts';

const CONTENT_TYPES = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];

const PROCESSED = '{"status":"Processed"}';
const JSON_TYPE = 'application/json; charset=utf-8';

type EventDeps = {
  readonly app: Pick<CallApp, 'isCallSecret' | 'recordCallbacks'>;
  readonly callbackVerifier: CallbackVerifier;
  readonly metrics: HttpMetrics;
};

/**
 * `POST /api/calls/events`, where ACS tells what happens in a call. Without schemas: the log keeps the bytes as they
 * came, and Fastify's validation may change them.
 */
export function eventRoutes(server: FastifyInstance, { app, callbackVerifier, metrics }: EventDeps): void {
  server.removeAllContentTypeParsers();
  for (const type of CONTENT_TYPES) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  }

  server.route<CallbackRequest>({
    method: 'POST',
    url: '/api/calls/events',
    bodyLimit: CALLBACK_LIMITS.bodyBytes,
    schema: {
      summary: 'Callbacks of one call, as CloudEvents',
      description: 'Called by ACS with its own signed token. The call is the one named in the address.',
      tags: ['callbacks'],
      consumes: CONTENT_TYPES,
      security: [{ acsToken: [] }],
    },
    onRequest: guardCallbacks({ app, callbackVerifier, refused: metrics.refused }),
    async handler(request, reply) {
      const body = readCallbacks(request.body);
      if (!body.ok) {
        metrics.refused(body.code);
        return sendProblem(reply, body.code, body.detail === undefined ? {} : { detail: body.detail });
      }
      // The guard has seen that it is a string.
      const result = await app.recordCallbacks(String(request.query.call), body.callbacks);
      metrics.delivered(result);
      return reply.header('content-type', JSON_TYPE).send(PROCESSED);
    },
  });
}
