import type { Command } from 'commander';
import { serverUrl, showsData, time } from './options.ts';
import type { Terminal } from './terminal.ts';
import { whomOf } from './whom.ts';

/** Commands that tell, and record, whom members' data was told. */
export function addDisclosures(audit: Command, terminal: Terminal): void {
  const { output, ended } = terminal;
  const whom = whomOf(terminal);
  const load = () => import('../commands/audit-disclosures.ts');
  const records = (name: string, description: string) =>
    audit.command(name).description(description).argument('<member>').addOption(serverUrl(terminal));

  showsData(audit.command('disclosures'), terminal)
    .description('whom a member’s data was told: an accounting of disclosures (45 CFR 164.528)')
    .argument('<member>')
    .option('--from <time>', 'at or after (default: six years before the end)', time)
    .option('--to <time>', 'before (default: now)', time)
    .option('--json', 'print JSON, also what is not for the member', false)
    .action(async (member, options, command) => {
      ended(await (await load()).disclosures(member, { ...options, ...whom(command) }, output));
    });
  records('disclose', 'record a disclosure that was made elsewhere, or by mistake')
    .requiredOption('--recipient <name>', 'who received it')
    .option('--address <text>', 'where, if that is known')
    .requiredOption('--what <text>', 'what was disclosed, briefly; the member is told it')
    .requiredOption('--purpose <text>', 'what for, briefly; the member is told it')
    .requiredOption('--on <day>', 'when, such as 2026-03-02')
    .requiredOption('--reason <text>', 'why it is recorded; the member is not told it')
    .option('--json', 'print JSON', false)
    .action(async (member, options, command) => {
      ended(await (await load()).disclose(member, { ...options, ...whom(command) }, output));
    });
  records('suspend-accounting', 'keep disclosures to an agency out of a member’s accounting until a day')
    .requiredOption('--agency <name>', 'as it is named as a recipient')
    .requiredOption('--until <day>', 'from that day on they are told again')
    .requiredOption('--reason <text>', 'its statement')
    .option('--oral', 'it was said and not written: 30 days at most', false)
    .option('--json', 'print JSON', false)
    .action(async (member, options, command) => {
      ended(await (await load()).suspendAccounting(member, { ...options, ...whom(command) }, output));
    });
}
