import type { Command } from 'commander';
import { createAsk } from '../api-client.ts';
import { askedOf, serverUrl, showsData, time } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Commands for whoever is audited: what there is to show, and the monthly review of who looked. Both ask a running server. */
export function addEvidence(audit: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const load = () => import('../commands/audit-evidence.ts');
  showsData(audit.command('evidence'), terminal)
    .description('lay what there is to show an auditor into a new directory')
    .argument('<dir>', 'not there yet, or empty')
    .option('--from <time>', 'at or after (default: the last whole month)', time)
    .option('--to <time>', 'before', time)
    .action(async (dir, options, command) => {
      const { url, whatFor } = askedOf(command);
      const ask = createAsk(url, env['CALLISTRA_API_KEY'], whatFor);
      ended(await (await load()).evidence(ask, dir, options, output));
    });
  audit
    .command('sign-off')
    .description('record that who looked in a month was reviewed (45 CFR 164.308(a)(1)(ii)(D))')
    .addOption(serverUrl(terminal))
    .requiredOption('--month <month>', 'one that is over, such as 2026-10')
    .requiredOption('--statement <text>', 'what the reviewer says of it')
    .option('--report <sha256>', 'of the report that was read; refused if there is another one now')
    .option('--json', 'print JSON', false)
    .action(async (options) => {
      ended(await (await load()).signOff(createAsk(options.url, env['CALLISTRA_API_KEY']), options, output));
    });
}
