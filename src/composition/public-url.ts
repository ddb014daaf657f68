import type { Config } from '../config/config.ts';

/** Where a server by these settings is reached: as it is told, or where it listens. @param port of several to choose from */
export function publicUrlOf(
  { publicBaseUrl, host, port: own }: Pick<Config, 'publicBaseUrl' | 'host' | 'port'>,
  port: number = own,
): string {
  return publicBaseUrl ?? `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
