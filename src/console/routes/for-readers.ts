import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';

/** Calls and members are for Coordinators and Compliance: Operators see neither names nor answers. */
export async function forReaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { role } = visitOf(request);
  if (role === 'Coordinator' || role === 'Compliance') return;
  await sendTrouble(request, reply, 403, {
    title: 'Not for your role',
    words: 'Calls and members are shown to Coordinators and Compliance. Operators see how the service fares.',
    link: { href: '/console', words: 'Today' },
  });
}

/** What changes calls is for Coordinators. */
export async function forCoordinators(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (visitOf(request).role === 'Coordinator') return;
  await sendTrouble(request, reply, 403, {
    title: 'Not for your role',
    words: 'Calls are asked for and cancelled by Coordinators.',
    link: { href: '/console', words: 'Today' },
  });
}
