import type { Common } from '../serve-worker.ts';
import type { Worker } from '../worker.ts';
import type { LoadWorker } from '../workers/load.ts';

/** What a server did with the requests that were prepared. */
export type Figures = {
  readonly perSecond: number;
  /** Of all threads of the server. */
  readonly cpuMicrosEach: number;
};

/**
 * Sends what the load generator has prepared to a server.
 * @throws Error when not every request was answered with 200: such a figure would be about refusals
 */
export async function volley(
  load: Pick<Worker<LoadWorker>, 'call'>,
  server: Pick<Worker<Common>, 'call'>,
  port: number,
): Promise<Figures> {
  const before = await server.call('usage');
  const { seconds, statuses } = await load.call('send', port);
  const after = await server.call('usage');
  const others = Object.keys(statuses).filter((status) => status !== '200');
  if (others.length > 0) throw new Error(`answers other than 200: ${JSON.stringify(statuses)}`);
  const count = statuses[200] ?? 0;
  return { perSecond: count / seconds, cpuMicrosEach: (after.cpuMicros - before.cpuMicros) / count };
}
