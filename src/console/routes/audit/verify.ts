import type { FastifyInstance, FastifyRequest } from 'fastify';
import { verificationLookedAt } from '../../../audit/verify/looked-at.ts';
import { attach } from '../../../http/attachment.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendPage } from '../../page.ts';
import { Verify } from '../../pages/audit/verify.tsx';
import { sendTrouble } from '../../troubles.ts';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';

const PAGE = '/console/audit/verify';
const options = { schema: { hide: true }, onRequest: forCompliance };

/** `/console/audit/verify`: the log as a whole, its checkpoints and witnesses. */
export function verifyPage(server: FastifyInstance, { app, audit }: PageDeps): void {
  server.get(PAGE, options, async (request, reply) => {
    const { underWay, last } = audit.verifications.status();
    const checkpoints = audit.proofs?.status() ?? null;
    const props = { visit: visitOf(request), underWay, checkpoints, trouble: app.health().checkpoints.trouble };
    // What is live is numbers: nobody is shown, so nobody is put down, once a second for an hour.
    if (isLive(request)) return sendPage(reply, Verify({ ...props, last: last && { ...last, findings: [] } }));
    await recordLook(request, audit.access, { action: 'verify', ...verificationLookedAt(last) });
    return sendPage(reply, Verify({ ...props, last }));
  });

  server.post(PAGE, options, (request, reply) => {
    // One that is under way already checks what this one would.
    audit.verifications.begin(request.actor);
    return reply.redirect(PAGE, 303);
  });

  server.post('/console/audit/checkpoint', options, async (request, reply) => {
    if (!audit.proofs) return noCheckpoints(request, reply);
    await audit.proofs.make();
    return reply.redirect(PAGE, 303);
  });

  server.get('/console/audit/checkpoint', options, async (request, reply) => {
    const note = await audit.proofs?.newest();
    if (!note) return noCheckpoints(request, reply);
    return attach(reply, 'checkpoint').send(note);
  });
}

/** Whether a page asks for what is live on it. */
export function isLive({ headers }: FastifyRequest): boolean {
  return headers['x-callistra-live'] !== undefined;
}

function noCheckpoints(request: FastifyRequest, reply: Parameters<typeof sendTrouble>[1]) {
  return sendTrouble(request, reply, 404, {
    title: 'No checkpoint',
    words: 'There is no checkpoint yet, or none are made here: the page of verification says why.',
    link: { href: PAGE, words: 'Verify' },
  });
}
