import Fastify from 'fastify';
import type { AcsSettings } from '../../support/acs-settings.ts';
import { telephonyTo } from '../../support/acs-telephony.ts';
import { askCommand } from '../load/commands.ts';
import { serveWorker } from '../serve-worker.ts';
import { portOf } from './port-of.ts';
import { bareTokenCheck } from './token-check.ts';

type Event = { readonly data: { readonly callConnectionId: string } };

/** The baseline of the latency row: checks the token, answers, and sends the next request. Remembers nothing. */
async function start(acs: AcsSettings): Promise<string> {
  const telephony = telephonyTo(acs);
  const check = bareTokenCheck({
    issuer: acs.ACS_TOKEN_ISSUER,
    audience: acs.ACS_RESOURCE_ID,
    jwksUrl: acs.ACS_JWKS_URI,
  });
  const server = Fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.route<{ Body: Buffer }>({
    method: 'POST',
    url: '/api/calls/events',
    onRequest: (request) => check(request.headers.authorization ?? ''),
    async handler(request, reply) {
      const [event]: readonly Event[] = JSON.parse(request.body.toString());
      const callConnectionId = event?.data.callConnectionId ?? '';
      void telephony.send(askCommand(), {
        callConnectionId,
        phoneNumber: '+15550100123',
        callbackUri: '',
        isOurs: () => true,
      });
      return reply.header('content-type', 'application/json; charset=utf-8').send('{"status":"Processed"}');
    },
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${portOf(server)}`;
}

const handlers = { start };

export type RelayWorker = typeof handlers;

serveWorker(handlers);
