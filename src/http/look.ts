import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Access, DEFAULT_PURPOSE, type Look } from '../audit/access/look.ts';
import { sendProblem } from './problem.ts';

/** What a route knows of the look that it grants. */
export type Shown = Pick<Look, 'action' | 'calls' | 'members'> &
  Partial<Pick<Look, 'reason' | 'fields' | 'purpose' | 'requestId'>>;

/**
 * Records that somebody is shown members' data; to be awaited before anything is answered, on a route that `requireStaff`
 * guards. Name what is shown, all of it and nothing else: nothing is recorded of what nobody has.
 * @throws LogError, AccessError which the error handler answers with 503, and nothing is shown
 */
export function recordLook(request: FastifyRequest, access: Access, shown: Shown): Promise<void> {
  const { staff } = request;
  const reason = shown.reason ?? staff?.reason;
  return access.record({
    purpose: staff?.purpose ?? DEFAULT_PURPOSE,
    requestId: request.id,
    ...shown,
    actor: request.actor,
    ...(staff?.by !== undefined && { by: staff.by }),
    roles: staff?.roles ?? [],
    ...(reason !== undefined && { reason }),
    address: request.address,
  });
}

/** Whether a request says why, which some looks need; if not, it is answered. */
export function saysWhy(request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.staff?.reason !== undefined) return true;
  sendProblem(reply, 'REASON_REQUIRED');
  return false;
}
