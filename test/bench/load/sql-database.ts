import { connect, createServer, type Socket } from 'node:net';
import { connectionConfig } from '../../../projections/sqlserver/access.ts';
import { createDatabase } from '../../projections/sqlserver/database.ts';
import { hastyClock } from '../../support/hasty-clock.ts';
import { listen } from '../../support/loopback.ts';

/** A database of its own on somebody's server, with a counter on the way to it. */
export type CountedDatabase = {
  /** Over the counter. */
  readonly connectionString: string;
  /** Requests so far: batches, procedure calls, starts and ends of transactions; each is one round trip. */
  requests(): number;
  /** Drops the database: nobody may be connected any more. */
  close(): Promise<void>;
};

/** Types of TDS packets with a request, and the status of a request's last packet (MS-TDS 2.2.3.1). */
const REQUEST_TYPES = [1, 3, 14];
const LAST_PACKET = 1;
const HEADER_BYTES = 8;

/** @param connectionString of a login that may create databases; requests are seen only where they are not encrypted */
export async function openCountedDatabase(connectionString: string): Promise<CountedDatabase> {
  const database = await createDatabase(connectionString);
  const { server: host, port = 1433 } = connectionConfig({ connectionString }, { clock: hastyClock() });
  let requests = 0;
  const open = new Set<Socket>();
  const listener = createServer((client) => {
    const upstream = connect({ host, port });
    const count = packetCounter(() => {
      requests += 1;
    });
    client.on('data', count);
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const { port: ownPort, close } = await listen(listener);
  return {
    connectionString: through(ownPort, database.connectionString),
    requests: () => requests,
    async close() {
      for (const socket of open) socket.destroy();
      await close();
      await database.drop();
    },
  };
}

/** Calls `onRequest` at the last packet of each request in a stream of packets. */
function packetCounter(onRequest: () => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= HEADER_BYTES) {
      const [type = 0, status = 0] = rest;
      // Where only the login is encrypted, it comes as a record of TLS (types 20 to 23, version 3) among the packets.
      const isTls = type >= 20 && type <= 23 && status === 3;
      const bytes = isTls ? 5 + rest.readUInt16BE(3) : rest.readUInt16BE(2);
      if (rest.length < bytes || bytes === 0) return;
      if (!isTls && REQUEST_TYPES.includes(type) && (status & LAST_PACKET) !== 0) onRequest();
      rest = rest.subarray(bytes);
    }
  };
}

function through(port: number, connectionString: string): string {
  const others = connectionString.split(';').filter((part) => !/^\s*(server|data source)\s*=/i.test(part));
  return [`Server=127.0.0.1,${port}`, ...others].join(';');
}
