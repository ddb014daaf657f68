import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import { askedOf, staffNamesOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type AskOptions = Parameters<typeof import('../commands/audit-trail.ts')['replay']>[1];

/** Whom a command asks for the trail; the stores here only where no server was named. */
export function whomOf({ env }: Terminal): (command: Command) => Pick<AskOptions, 'apiKey' | 'here'> {
  const apiKey = env['CALLISTRA_API_KEY'];
  return (command) => {
    const { isNamed, whatFor } = askedOf(command);
    const here = async () => {
      const stores = readConfig(env);
      const { openTrail } = await import('../commands/open-trail.ts');
      return openTrail({ stores, whatFor, staffNames: staffNamesOf(stores) });
    };
    return { apiKey, ...(!isNamed && { here }) };
  };
}
