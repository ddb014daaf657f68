import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ConsoleDeps } from './deps.ts';
import type { Visit } from './parts/frame.tsx';
import { isIdle } from './signed-in.ts';
import { visitOf } from './visitor.ts';

/** How often the read models are asked what is new, and only while somebody watches. */
const LOOK_MS = 1_000;
/**
 * Of all browsers together so many are told in so long, one after the other: each asks for a page then. So it costs as much of a
 * core that two hundred browsers are open as that fifty are, and they hear of news every four seconds.
 */
const TOLD_AT_ONCE = 10;
const TOLD_EVERY_MS = 200;
/** Proxies cut what is silent. */
const BEAT_MS = 20_000;
/** Of one session, or of one person where nobody signs in: a browser needs one stream, and another while it is opened anew. */
export const STREAMS_OF_ONE_MAX = 20;
/** How many streams there may be, of all browsers together and of one person. */
const BOUNDS = { all: 500, ofOne: STREAMS_OF_ONE_MAX };
/** A client that does not read: what waits for it is a few words each time. */
const UNREAD_BYTES_MAX = 16 * 1024;

type LiveDeps = Pick<ConsoleDeps, 'app' | 'audit' | 'clock' | 'signIn'>;

/**
 * `GET /console/live`: one stream of events per browser, which says only that something has changed, at most once a second. What,
 * the page asks itself, and that look is recorded like any other.
 */
export function liveRoute(server: FastifyInstance, deps: LiveDeps, bounds = BOUNDS): void {
  const { app, clock } = deps;
  const streams: Streams = new Map();
  let known: string | null = null;
  let isWatching = false;
  let callOff = (): void => {};
  let beatMs = 0;

  const queue = createQueue(clock);
  const look = async (): Promise<void> => {
    const newest = await app.newestUpdate().catch(() => known);
    if (newest !== known) queue.owe(streams.keys());
    known = newest;
    await endThoseOver(streams, deps);
    const nowMs = clock.monotonicMs();
    if (nowMs - beatMs >= BEAT_MS) {
      beatMs = nowMs;
      // An event, and no comment, which a page could not hear.
      for (const stream of streams.keys()) tell(stream, 'beat');
    }
    watch();
  };
  const watch = (): void => {
    isWatching = streams.size > 0;
    if (isWatching) callOff = clock.after(LOOK_MS, () => void look());
  };

  server.get('/console/live', { schema: { hide: true }, config: { isStream: true } }, async (request, reply) => {
    const watcher = visitOf(request);
    if (streams.size >= bounds.all || countOf(streams, watcher) >= bounds.ofOne)
      return reply.code(503).header('retry-after', '30').send();
    const stream = reply.raw;
    reply.hijack();
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    stream.write(': here\n\n');
    streams.set(stream, watcher);
    stream.on('close', () => {
      streams.delete(stream);
      queue.forget(stream);
    });
    if (!isWatching) {
      // Of those who come at once one begins.
      isWatching = true;
      known = await app.newestUpdate().catch(() => known);
      watch();
    }
    return reply;
  });
  // A stream is no request in flight: nobody waits for its end.
  server.addHook('preClose', async () => {
    callOff();
    queue.end();
    for (const stream of streams.keys()) stream.end();
    streams.clear();
  });
}

function tell(stream: ServerResponse, event: 'changed' | 'beat'): void {
  if (stream.writableLength > UNREAD_BYTES_MAX) stream.destroy();
  else stream.write(`event: ${event}\ndata:\n\n`);
}

/** Who is still to be told of news, in their order: whoever has waited longest is next, however often there is news. */
function createQueue(clock: LiveDeps['clock']) {
  const owed = new Set<ServerResponse>();
  let callOff: (() => void) | null = null;
  const tellSome = (): void => {
    for (const stream of [...owed].slice(0, TOLD_AT_ONCE)) {
      owed.delete(stream);
      tell(stream, 'changed');
    }
    callOff = owed.size > 0 ? clock.after(TOLD_EVERY_MS, tellSome) : null;
  };
  return {
    owe(streams: Iterable<ServerResponse>): void {
      for (const stream of streams) owed.add(stream);
      if (callOff === null) tellSome();
    },
    forget: (stream: ServerResponse): void => void owed.delete(stream),
    end: (): void => callOff?.(),
  };
}

type Watcher = Pick<Visit, 'actor' | 'signedIn'>;

/** With whom each is for. */
type Streams = Map<ServerResponse, Watcher>;

function countOf(streams: Streams, { actor, signedIn }: Watcher): number {
  const isSame = (other: Watcher) => other.actor === actor && other.signedIn?.ref.id === signedIn?.ref.id;
  return [...streams.values()].filter(isSame).length;
}

/**
 * Of sessions that somebody has ended, here or at another instance, and of those that nobody has a hand on: their browser opens
 * another stream if it knows better.
 */
async function endThoseOver(streams: Streams, { audit, clock, signIn }: LiveDeps): Promise<void> {
  if (!signIn) return;
  for (const [stream, { signedIn }] of streams) {
    if (!signedIn) continue;
    // Whether it goes on is asked again when the log can tell.
    const goesOn = await audit.sessions.find(signedIn.ref).catch(() => true);
    if (goesOn && !isIdle(signedIn.activeMs, { clock, signIn })) continue;
    streams.delete(stream);
    stream.end();
  }
}
