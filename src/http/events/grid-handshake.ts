import type { SubscriptionValidationEventData } from '@azure/eventgrid';
import type { FastifyInstance } from 'fastify';
import type { GridEvent } from '../../app/api.ts';
import type { EventGridConfig } from '../config.ts';
import type { HttpMetrics } from '../operation/metrics.ts';
import { sendProblem } from '../problem.ts';
import { GRID_ANSWERS, guardEventGrid } from './grid-auth.ts';

type HandshakeDeps = { readonly config: EventGridConfig | undefined; readonly metrics: HttpMetrics };

/** Who asks in the public cloud. */
const ORIGINS = ['eventgrid.azure.net'];

/** More than one subscription sends; a server that has too much to do says so with 503. */
const REQUESTS_PER_MINUTE = '60000';

/**
 * `OPTIONS /api/calls/events`, the handshake of the CloudEvents webhook specification. The address in WebHook-Request-Callback
 * is never called: no request leaves this server because a caller named an address.
 */
export function handshakeRoute(server: FastifyInstance, { config, metrics }: HandshakeDeps): void {
  const allowed = new Set(config?.allowedOrigins ?? ORIGINS);
  server.route({
    method: 'OPTIONS',
    url: '/api/calls/events',
    schema: {
      summary: 'Event Grid asks whether it may deliver CloudEvents',
      description:
        'Answered for allowed subscriptions and origins, in WebHook-Allowed-Origin and WebHook-Allowed-Rate.',
      tags: ['callbacks'],
      security: [{ eventGridToken: [] }, { eventGridSecret: [] }],
    },
    onRequest: guardEventGrid({ config, refused: metrics.gridRefused }),
    handler(request, reply) {
      const origin = request.headers['webhook-request-origin'];
      if (typeof origin !== 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: 'no WebHook-Request-Origin' });
      if (!allowed.has(origin.toLowerCase())) {
        const reason = 'foreign-origin';
        metrics.gridRefused(reason);
        const problem = GRID_ANSWERS[reason];
        request.server.door.refuse(request, reply, { of: 'event-grid', reason, problem, proven: true });
        return reply;
      }
      metrics.gridDelivered('handshake');
      return reply.header('webhook-allowed-origin', origin).header('webhook-allowed-rate', REQUESTS_PER_MINUTE).send();
    },
  });
}

/**
 * The answer to a SubscriptionValidationEvent; null when there is none to give. Its validationUrl, which may be called instead,
 * is not: see above.
 */
export function validationResponse(events: readonly GridEvent[]): { readonly validationResponse: string } | null {
  const [event] = events;
  if (!event || 'flaw' in event || event.type !== 'Microsoft.EventGrid.SubscriptionValidationEvent') return null;
  const { validationCode }: Partial<SubscriptionValidationEventData> = event.data;
  if (typeof validationCode !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(validationCode)) return null;
  return { validationResponse: validationCode };
}
