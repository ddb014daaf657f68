import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { HttpLimits } from './limits.ts';

type SilenceLimits = Pick<HttpLimits, 'silentSocketMs' | 'maxSilentSockets'>;

const LOOK_MS = 1_000;

/**
 * Closes connections that never say anything: early, and at once the oldest of those beyond a number. They would take file
 * descriptors from callbacks. Who has said a byte is under the time limits of a request, and then of a connection that is kept.
 * @param nowMs a monotonic clock
 */
export function dropSilentConnections(
  { server }: FastifyInstance,
  { silentSocketMs, maxSilentSockets }: SilenceLimits,
  nowMs: () => number,
): void {
  /** Oldest first. */
  const sinceMs = new Map<Socket, number>();
  let isDue = false;

  const sweep = (): void => {
    isDue = false;
    for (const socket of sinceMs.keys()) if (socket.bytesRead > 0) sinceMs.delete(socket);
    for (const [socket, connectedMs] of sinceMs) {
      if (sinceMs.size <= maxSilentSockets && nowMs() - connectedMs < silentSocketMs) return;
      sinceMs.delete(socket);
      socket.destroy();
    }
  };
  // What has arrived is read first: after a long turn it is in the sockets until the next.
  const sweepSoon = (): void => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => setImmediate(sweep));
  };

  server.on('connection', (socket) => {
    sinceMs.set(socket, nowMs());
    socket.once('close', () => sinceMs.delete(socket));
    if (sinceMs.size > maxSilentSockets) sweepSoon();
  });
  const timer = setInterval(sweepSoon, Math.min(LOOK_MS, silentSocketMs / 4)).unref();
  server.once('close', () => clearInterval(timer));
}
