import { connect, createServer, type Server, type Socket } from 'node:net';
import { connectionConfig } from '../../../projections/sqlserver/access.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { listen } from '../../support/loopback.ts';
import { connectionString } from './rig.ts';

/** Stands between a program and its database. */
export type CuttingProxy = {
  readonly connectionString: string;
  /** Cuts every connection and takes no more. */
  goAway(): void;
  comeBack(): void;
  /** Cuts the connection over which the next answer comes, before it arrives. */
  cutNextAnswer(): void;
  /** How many connections it has cut since it began. */
  cuts(): number;
  close(): Promise<void>;
};

export async function cuttingProxy(): Promise<CuttingProxy> {
  const { server: host, port = 1433 } = connectionConfig({ connectionString }, { clock: systemClock });
  const open = new Set<Socket>();
  let [away, cutting, cuts] = [false, false, 0];

  function cut(socket: Socket): void {
    if (open.has(socket)) cuts += 1;
    socket.destroy();
  }

  const listener: Server = createServer((client) => {
    if (away) return void client.destroy();
    const upstream = connect({ host, port });
    open.add(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(client);
        other.destroy();
      });
    }
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      if (!cutting) return void client.write(data);
      cutting = false;
      cut(client);
    });
  });
  const { port: own, close } = await listen(listener);
  return {
    connectionString: connectionString.replace(/(server|data source)\s*=[^;]*/i, `Server=127.0.0.1,${own}`),
    goAway() {
      away = true;
      for (const socket of [...open]) cut(socket);
    },
    comeBack() {
      away = false;
    },
    cutNextAnswer() {
      cutting = true;
    },
    cuts: () => cuts,
    close,
  };
}
