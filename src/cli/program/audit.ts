import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import type { Terminal } from './terminal.ts';

/** Commands for compliance staff: what happened, who looked, and whether anything was altered. */
export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('replay calls, see who looked, prove that nothing was altered');
  addVerify(audit, terminal);
  // The name that it had before there was more of this kind.
  addVerify(program, terminal);
}

function addVerify(parent: Command, { env, output, ended }: Terminal): void {
  parent
    .command('verify')
    .description('check every entry of the log against its hash chain')
    .option('--json', 'print the report as JSON', false)
    .action(async (options) => {
      const { verify } = await import('../commands/verify.ts');
      ended(await verify({ ...options, stores: readConfig(env) }, output));
    });
}
