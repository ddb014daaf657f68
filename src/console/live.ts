import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ConsoleDeps } from './deps.ts';

/** How often the read models are asked what is new, and only while somebody watches. */
const LOOK_MS = 1_000;
/** Proxies cut what is silent. */
const BEAT_MS = 20_000;
/** Streams of all browsers together. */
const STREAMS_MAX = 500;
/** A client that does not read: what waits for it is a few words each time. */
const UNREAD_BYTES_MAX = 16 * 1024;

/**
 * `GET /console/live`: one stream of events per browser, which says only that something has changed, at most once a second. What,
 * the page asks itself, and that look is recorded like any other.
 */
export function liveRoute(server: FastifyInstance, { app, clock }: ConsoleDeps): void {
  const streams = new Set<ServerResponse>();
  let known: string | null = null;
  let callOff: (() => void) | null = null;
  let beatMs = 0;

  const tell = (words: string): void => {
    for (const stream of streams) {
      if (stream.writableLength > UNREAD_BYTES_MAX) stream.destroy();
      else stream.write(words);
    }
  };
  const look = async (): Promise<void> => {
    const newest = await app.newestUpdate().catch(() => known);
    if (newest !== known) tell('event: changed\ndata:\n\n');
    known = newest;
    const nowMs = clock.monotonicMs();
    if (nowMs - beatMs >= BEAT_MS) {
      beatMs = nowMs;
      tell(': still here\n\n');
    }
    watch();
  };
  const watch = (): void => {
    callOff = streams.size > 0 ? clock.after(LOOK_MS, () => void look()) : null;
  };

  server.get('/console/live', { schema: { hide: true } }, async (_request, reply) => {
    if (streams.size >= STREAMS_MAX) return reply.code(503).header('retry-after', '30').send();
    const stream = reply.raw;
    reply.hijack();
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    stream.write(': here\n\n');
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
    if (callOff === null) {
      known = await app.newestUpdate().catch(() => known);
      watch();
    }
    return reply;
  });
  // A stream is no request in flight: nobody waits for its end.
  server.addHook('preClose', async () => {
    callOff?.();
    for (const stream of streams) stream.end();
  });
}
