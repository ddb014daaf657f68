import type { FastifyInstance } from 'fastify';
import { consoleRoutes } from '../console/console.ts';
import type { ConsoleDeps } from '../console/deps.ts';
import { createTelephones } from '../console/telephones.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { randomIds } from './ids.ts';

type Shown = Pick<ConsoleDeps, 'app' | 'audit' | 'clock' | 'staff'> & { readonly simulator: Simulator | null };

/** Pages for whoever is at this machine. Elsewhere people have to sign in first, which they cannot yet. */
export function pagesOf({ simulator, ...shown }: Shown): { readonly pages?: (server: FastifyInstance) => void } {
  if (shown.staff.mode !== 'loopback') return {};
  const deps = { ...shown, freshId: randomIds.uuid, telephones: simulator && createTelephones(simulator.url) };
  return { pages: (server) => consoleRoutes(server, deps) };
}
