import type { FastifyInstance } from 'fastify';
import { consoleRoutes } from '../console/console.ts';
import type { ConsoleDeps } from '../console/deps.ts';
import { createTelephones } from '../console/telephones.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { randomIds } from './ids.ts';
import { type SignInConfig, signInOf } from './sign-in.ts';

type Shown = Pick<ConsoleDeps, 'app' | 'audit' | 'clock' | 'desk' | 'staff' | 'about'> & {
  readonly simulator: Simulator | null;
  readonly config: SignInConfig;
  readonly publicBaseUrl: string;
};

/** Pages for people: whoever is at this machine, or whoever signs in. @throws ConfigError */
export function pagesOf({ simulator, config, publicBaseUrl, ...shown }: Shown): (server: FastifyInstance) => void {
  const isHere = shown.staff.mode === 'loopback';
  const deps = {
    ...shown,
    freshId: randomIds.uuid,
    // To be a member is for whoever sits at the machine: elsewhere the console is for people at work.
    telephones: isHere && simulator ? createTelephones(simulator.url) : null,
    ...(!isHere && { signIn: signInOf(config, publicBaseUrl, shown.clock) }),
  };
  return (server) => consoleRoutes(server, deps);
}
