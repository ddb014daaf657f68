import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageDeps } from '../../deps.ts';
import { sendTrouble } from '../../troubles.ts';

export type OneExport = { Params: { exportId: string } };
export type ExportsOf = NonNullable<PageDeps['audit']['exports']>;

export function noSuchExport(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendTrouble(request, reply, 404, {
    title: 'No such export',
    words: 'No export with this id was ever begun here.',
    link: { href: '/console/audit/exports', words: 'All exports' },
  });
}
