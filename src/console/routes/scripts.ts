import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deedsIn } from '../../domain/call/rehearsal.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Script } from '../pages/script.tsx';
import { Scripts } from '../pages/scripts.tsx';
import { Try } from '../pages/try.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';

const HASH = /^[0-9a-f]{64}$/;

type OneScript = { Params: { hash: string } };
type Trial = OneScript & { Querystring: { did?: unknown; next?: unknown } };

/** The scripts, for everybody: they hold nothing of any member. */
export function scriptPages(server: FastifyInstance, { app }: Pick<PageDeps, 'app'>): void {
  const options = { schema: { hide: true } };

  server.get('/console/scripts', options, async (request, reply) =>
    sendPage(reply, Scripts({ visit: visitOf(request), found: await app.scripts() })),
  );

  server.get<OneScript>('/console/scripts/:hash', options, async (request, reply) => {
    const script = await find(request.params.hash);
    return script ? sendPage(reply, Script({ visit: visitOf(request), script })) : noSuchScript(request, reply);
  });

  server.get<Trial>('/console/scripts/:hash/try', options, async (request, reply) => {
    const { hash } = request.params;
    const { did = '', next } = request.query;
    const path = `/console/scripts/${hash}/try`;
    // So that what was pressed stands in one word of the address, and Back takes one key back.
    if (typeof next === 'string' && HASH.test(hash)) {
      const all = [did, next].filter((each) => each !== '').join(',');
      return reply.redirect(`${path}?${new URLSearchParams({ did: all })}`, 303);
    }
    const deeds = typeof did === 'string' ? deedsIn(did) : null;
    if (!deeds) return noSuchKeys(request, reply, path);
    const [script, rehearsal] = HASH.test(hash)
      ? await Promise.all([app.script(hash), app.rehearse(hash, deeds)])
      : [null, null];
    if (!script || !rehearsal) return noSuchScript(request, reply);
    return sendPage(reply, Try({ visit: visitOf(request), script, deeds, rehearsal }));
  });

  async function find(hash: string) {
    return HASH.test(hash) ? app.script(hash) : null;
  }
}

function noSuchScript(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendTrouble(request, reply, 404, {
    title: 'No such script',
    words: 'No script was ever published under this hash, or it was copied in part.',
    link: { href: '/console/scripts', words: 'All scripts' },
  });
}

function noSuchKeys(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  return sendTrouble(request, reply, 400, {
    title: 'That cannot be pressed',
    words: 'The address holds something that is no key of a telephone, or more of them than any call takes.',
    link: { href: path, words: 'From the beginning' },
  });
}
