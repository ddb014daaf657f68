import type { FastifyRequest } from 'fastify';
import { type Access, DEFAULT_PURPOSE, type Look } from '../audit/access/look.ts';

/** What a route knows of the look that it grants. */
export type Shown = Pick<Look, 'action' | 'calls' | 'members'> & Partial<Pick<Look, 'reason' | 'fields'>>;

/**
 * Records that somebody is shown members' data; to be awaited before anything is answered.
 * @throws LogError which the error handler answers with 503, and nothing is shown
 */
export function recordLook(request: FastifyRequest, access: Access, shown: Shown): Promise<void> {
  return access.record({
    ...shown,
    actor: request.actor,
    roles: [],
    purpose: DEFAULT_PURPOSE,
    requestId: request.id,
    address: request.ip,
  });
}
