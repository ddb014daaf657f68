import type { FastifyInstance } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import type { CallbackVerifier } from '../../identity/acs-callbacks.ts';
import type { EventGridConfig } from '../config.ts';
import type { HttpMetrics } from '../operation/metrics.ts';
import { sendProblem } from '../problem.ts';
import { type CallbackRequest, guardCallbacks } from './callback-auth.ts';
import { readCallbacks } from './callback-body.ts';
import { guardEventGrid } from './grid-auth.ts';
import { GRID_LIMITS } from './grid-body.ts';
import { isFromEventGrid, takeDelivery } from './grid-delivery.ts';
import { handshakeRoute } from './grid-handshake.ts';

const CONTENT_TYPES = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];

/** Where callbacks and deliveries come in. */
export const EVENTS_ROUTE = '/api/calls/events';

const PROCESSED = '{"status":"Processed"}';
const JSON_TYPE = 'application/json; charset=utf-8';

type EventDeps = {
  readonly app: Pick<CallApp, 'isCallSecret' | 'recordCallbacks' | 'recordGridEvents'>;
  readonly callbackVerifier: CallbackVerifier;
  /** Absent: nothing is taken from Event Grid. */
  readonly eventGrid: EventGridConfig | undefined;
  readonly metrics: HttpMetrics;
};

/**
 * `POST /api/calls/events`, where ACS tells what happens in a call, and Event Grid what it has heard of calls. Without
 * schemas: the log keeps the bytes as they came, and Fastify's validation may change them.
 */
export function eventRoutes(server: FastifyInstance, deps: EventDeps): void {
  const { app, callbackVerifier, eventGrid, metrics } = deps;
  server.removeAllContentTypeParsers();
  for (const type of CONTENT_TYPES) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  }

  const callbackGuard = guardCallbacks({ app, callbackVerifier, refused: metrics.refused });
  const gridGuard = guardEventGrid({ config: eventGrid, refused: metrics.gridRefused });
  handshakeRoute(server, { config: eventGrid, metrics });

  server.route<CallbackRequest>({
    method: 'POST',
    url: EVENTS_ROUTE,
    // Of a callback less is read: readCallbacks.
    bodyLimit: GRID_LIMITS.bodyBytes,
    schema: {
      summary: 'Callbacks of one call, as CloudEvents; deliveries of Event Grid in both of its schemas',
      description:
        'ACS calls it with its own signed token and the call and its secret in the address. A request with an aeg-event-type ' +
        'or aeg-subscription-name header and without a call is a delivery of Event Grid, or with SubscriptionValidation ' +
        'its handshake, and comes with a token of Entra ID or the secret that was agreed upon.',
      tags: ['callbacks'],
      consumes: CONTENT_TYPES,
      security: [{ acsToken: [] }, { eventGridToken: [] }, { eventGridSecret: [] }],
    },
    onRequest: (request, reply, done) =>
      isFromEventGrid(request) ? gridGuard(request, reply, done) : callbackGuard(request, reply, done),
    async handler(request, reply) {
      // Without a call no guard but Event Grid's has let it in.
      if (request.query.call === undefined) return takeDelivery({ app, metrics }, request, reply);
      const body = readCallbacks(request.body);
      if (!body.ok) {
        metrics.refused(body.code);
        return sendProblem(reply, body.code, body.detail === undefined ? {} : { detail: body.detail });
      }
      // The guard has seen that it is a string, and whose secret came with it.
      request.call = String(request.query.call);
      const result = await app.recordCallbacks(request.call, body.callbacks);
      metrics.delivered(result);
      return reply.header('content-type', JSON_TYPE).send(PROCESSED);
    },
  });
}
