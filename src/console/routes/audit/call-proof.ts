import type { FastifyInstance } from 'fastify';
import { foldUuid } from '../../../base/uuid.ts';
import { attach } from '../../../http/attachment.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendTrouble } from '../../troubles.ts';
import { forCompliance } from '../for-roles.ts';

type OneCall = { Params: { id: string } };

/** `GET /console/calls/:id/proof`: a file to give away. */
export function callProof(server: FastifyInstance, { audit }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forCompliance };
  server.get<OneCall>('/console/calls/:id/proof', options, async (request, reply) => {
    const id = foldUuid(request.params.id);
    const proof = await audit.callChecks.proof(id);
    if (!proof) {
      return sendTrouble(request, reply, 404, {
        title: 'No proof yet',
        words: 'No checkpoint covers such a call yet. One is made within some minutes after something has moved.',
        link: { href: '/console/audit/verify', words: 'Checkpoints' },
      });
    }
    const members = proof.memberId === null ? [] : [proof.memberId];
    await recordLook(request, audit.access, { action: 'replay', calls: [id], members });
    return attach(reply, `${id}.tlog-proof`).send(proof.text);
  });
}
