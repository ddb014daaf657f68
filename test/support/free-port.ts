import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { listen } from './loopback.ts';

/** Below the ports that the system gives to outgoing connections, one of which might take it between two servers. */
const PORTS = { first: 20_000, count: 12_000 } as const;

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + randomInt(PORTS.count);
    const probe = await listen(createServer(), port).catch(() => null);
    if (probe === null) continue;
    await probe.close();
    return port;
  }
}
