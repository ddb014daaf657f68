import { type Command, Option } from 'commander';
import { createOperatorClient, type QuarantineChoice } from '../operator-client.ts';
import { serverUrl } from './options.ts';
import type { Terminal } from './terminal.ts';

type Asked = { readonly url: string; readonly json: boolean };
type Chosen = Asked & QuarantineChoice & { readonly all: boolean };

/** Commands of operators about callbacks whose call the log does not know. */
export function addQuarantine(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const quarantine = program
    .command('quarantine')
    .description('callbacks whose call the log does not know, at a running server');
  const add = (name: string, description: string) =>
    quarantine
      .command(name)
      .description(description)
      .addOption(serverUrl(terminal))
      .option('--json', 'print JSON', false);
  const client = ({ url }: Asked) => createOperatorClient(url, env['CALLISTRA_API_KEY']);

  choosing(add('list', 'list those that wait, the oldest hundred'))
    .option('--expired', 'those that nobody has released or discarded in time', false)
    .option('--all', 'list all of them', false)
    .action(async (options: Chosen & { readonly expired: boolean }) => {
      const { listQuarantine } = await import('../commands/quarantine.ts');
      ended(await listQuarantine(client(options), { ...options, choice: choiceOf(options) }, output));
    });
  add('release <id>', 'hand one to its call')
    .option('--day <day>', 'when it came, for one that expired long ago')
    .action(async (id: string, options: Asked & { readonly day?: string }) => {
      const { endQuarantine } = await import('../commands/quarantine.ts');
      const release = () => client(options).release(id, options.day);
      ended(await endQuarantine(id, 'released', release, options, output));
    });
  addDiscard(add, client, terminal);
}

function addDiscard(
  add: (name: string, description: string) => Command,
  client: (options: Asked) => ReturnType<typeof createOperatorClient>,
  { output, ended }: Terminal,
): void {
  choosing(add('discard [id]', 'give one up, or all that are meant; they stay in the log'))
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--all', 'all that wait', false)
    .action(async (id: string | undefined, options: Chosen & { readonly reason: string }, command: Command) => {
      const { discardMany, endQuarantine } = await import('../commands/quarantine.ts');
      const { day, reason } = options;
      if (id !== undefined) {
        const discard = () => client(options).discard(id, reason, day);
        ended(await endQuarantine(id, 'discarded', discard, options, output));
        return;
      }
      const choice = choiceOf(options);
      // By mistake nobody gives up everything.
      if (Object.keys(choice).length === 0 && !options.all) {
        command.error('error: name an id, say which are meant (--type, --source, --day, --call, --flawed), or --all');
      }
      ended(await discardMany(client(options), { ...options, choice }, output));
    });
}

/** Adds the options that say which are meant. */
function choosing(command: Command): Command {
  return command
    .option('--type <type>', 'the type of the event')
    .addOption(new Option('--source <source>', 'who brought it').choices(['acs', 'event-grid']))
    .option('--day <day>', 'when it came, such as 2026-03-02, UTC')
    .option('--call <id>', 'the call that it names')
    .option('--flawed', 'those that can only be discarded');
}

function choiceOf({ type, source, day, call, flawed }: QuarantineChoice): QuarantineChoice {
  return {
    ...(type !== undefined && { type }),
    ...(source !== undefined && { source }),
    ...(day !== undefined && { day }),
    ...(call !== undefined && { call }),
    ...(flawed !== undefined && { flawed }),
  };
}
