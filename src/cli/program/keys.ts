import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import type { Terminal } from './terminal.ts';

/** Commands that make keys. */
export function addKeys(program: Command, { env, output, ended }: Terminal): void {
  const keys = program.command('keys').description('make and exchange the keys of staff and callbacks');
  keys
    .command('add <name> <role...>')
    .description(
      'make a staff API key, print it once, and put its hash into API_KEYS_FILE or api-keys.json in DATA_DIR',
    )
    .option('--json', 'print it as JSON', false)
    .action(async (name: string, roles: string[], { json }: { json: boolean }) => {
      const { addKey } = await import('../commands/keys.ts');
      ended(addKey(readConfig(env), { name, roles, json }, output));
    });
  keys
    .command('list')
    .description('list whose staff API keys there are, and what each may do')
    .option('--json', 'print them as JSON', false)
    .action(async (options: { json: boolean }) => {
      const { listKeys } = await import('../commands/keys.ts');
      ended(listKeys(readConfig(env), options, output));
    });
  keys
    .command('remove <name>')
    .description('remove a staff API key; a running server lets nobody in with it from the next second on')
    .action(async (name: string) => {
      const { removeKey } = await import('../commands/keys.ts');
      ended(removeKey(readConfig(env), name, output));
    });
  keys
    .command('rotate')
    .description('put a new callback key in force, also under a running server; open calls go on with the one before')
    .option('--out <file>', 'a new file for the next settings, where CALLBACK_SECRET_KEY is set')
    .action(async (options: { out?: string }) => {
      const { rotateKey } = await import('../commands/keys.ts');
      ended(rotateKey(readConfig(env), options, output));
    });
}
