import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request came from: the address that the proxies we trust have seen, else the peer's. */
    address: string;
  }
}

/**
 * Finds out where each request comes from, before anything else is asked of it: of a connection that is gone by the time of
 * the answer nobody knows any more.
 * @param trustedHops how many proxies stand before this server and write X-Forwarded-For
 */
export function knowAddresses(server: FastifyInstance, trustedHops: number): void {
  server.decorateRequest('address', '');
  server.addHook('onRequest', (request, _reply, done) => {
    request.address = addressOf(request, trustedHops);
    done();
  });
}

/**
 * Each proxy adds at the right whom it was asked by. So only the entries of our own are evidence, from the right, and what
 * stands left of them anybody may have written. Where the entry that counts is missing or no address, the peer's is taken.
 */
export function addressOf(
  { headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>,
  trustedHops: number,
): string {
  const peer = plain(socket.remoteAddress ?? '');
  const forwarded = headers['x-forwarded-for'];
  if (trustedHops === 0 || forwarded === undefined) return peer;
  // Node makes one text of several such headers.
  const entries = `${forwarded}`.split(',');
  return readEntry(entries.at(-trustedHops) ?? '') ?? peer;
}

/** An address as proxies write it: some add a port, and an IPv6 one may stand in brackets. */
function readEntry(entry: string): string | null {
  const text = entry.trim();
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 || bare.includes('%') ? null : plain(bare);
}

/** One spelling per address; an IPv4 one within IPv6 is what a socket for both calls it. */
function plain(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const bits = [high, low].map((half) => Number.parseInt(half, 16));
  return bits.flatMap((half) => [half >> 8, half & 255]).join('.');
}

/** Whose failures count as one: an IPv4 address, or the /64 that one subscriber of IPv6 has at least. */
export function placeOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = plain(address).split('%', 1)[0]!.split('::');
  const first = head.split(':').filter(Boolean);
  const last = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}
