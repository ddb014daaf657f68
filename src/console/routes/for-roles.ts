import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from '../../identity/staff.ts';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';

/** Lets in to a page, or to what a form does, who is seen as one of these. @param words what these may do, for whoever is another */
export function forRoles(roles: readonly Role[], words: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (roles.includes(visitOf(request).role)) return;
    const link = { href: '/console', words: 'Today' };
    await sendTrouble(request, reply, 403, { title: 'Not for your role', words, link });
  };
}

/** Calls and members are for Coordinators and Compliance: Operators see neither names nor answers. */
export const forReaders = forRoles(
  ['Coordinator', 'Compliance'],
  'Calls and members are shown to Coordinators and Compliance. Operators see how the service fares.',
);

/** What changes calls is for Coordinators. */
export const forCoordinators = forRoles(['Coordinator'], 'Calls are asked for and cancelled by Coordinators.');

/** Who looked, proofs and exports are for Compliance. */
export const forCompliance = forRoles(
  ['Compliance'],
  'Who looked, proofs, verification and exports are for Compliance.',
);

/** How the service fares, and what is stuck in it, is for Operators. */
export const forOperators = forRoles(['Operator'], 'How the service fares is shown to Operators.');
