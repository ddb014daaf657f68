import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import type { HttpMetrics } from '../operation/metrics.ts';
import { sendProblem } from '../problem.ts';
import type { CallbackRequest } from './callback-auth.ts';
import { readGridEvents } from './grid-body.ts';
import { validationResponse } from './grid-handshake.ts';

type GridDeps = { readonly app: Pick<CallApp, 'recordGridEvents'>; readonly metrics: HttpMetrics };

/** Whether it comes in Event Grid's name; what has a call's parameters is a callback, whatever else it says. */
export function isFromEventGrid({ headers, query }: FastifyRequest<CallbackRequest>): boolean {
  if (query.call !== undefined || query.secret !== undefined) return false;
  return headers['aeg-event-type'] !== undefined || headers['aeg-subscription-name'] !== undefined;
}

/**
 * Answers a delivery that the guard has let in. 400 and 413 end in Event Grid's dead letters at once; everything else is sent
 * again for a day.
 */
export async function takeDelivery(
  { app, metrics }: GridDeps,
  request: FastifyRequest<CallbackRequest>,
  reply: FastifyReply,
) {
  const body = readGridEvents(request.body);
  if (!body.ok) {
    metrics.gridRefused(body.code);
    return sendProblem(reply, body.code, body.detail === undefined ? {} : { detail: body.detail });
  }
  if (`${request.headers['aeg-event-type']}`.toLowerCase() === 'subscriptionvalidation') {
    const response = validationResponse(body.events);
    metrics.gridDelivered(response ? 'handshake' : 'broken-handshake');
    return response ? reply.send(response) : sendProblem(reply, 'INVALID_EVENT', { detail: 'no validation code' });
  }
  const results = await app.recordGridEvents(body.events);
  for (const result of results) metrics.gridDelivered(result);
  // The others are recorded; the whole batch among the dead letters is the only place that can hold this one.
  if (results.includes('too-large'))
    return sendProblem(reply, 'TOO_LARGE', { detail: 'an event is too large to keep' });
  return reply.send({ status: 'Processed' });
}
