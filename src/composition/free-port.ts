import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, one of which might take it before it is listened on. */
const PORTS = { first: 20_000, count: 12_000 } as const;
const PORT_TRIES = 50;

/** The callback URL is recorded with every call, so the port must be known before the server is built. */
export async function freePort(host: string): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = PORTS.first + randomInt(PORTS.count);
    const refusal = await refusalOf(host, port);
    if (refusal === null) return port;
    if (tries >= PORT_TRIES) throw refusal;
  }
}

function refusalOf(host: string, port: number): Promise<Error | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}
