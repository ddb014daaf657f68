import { Command, CommanderError } from 'commander';
import { errorCode } from '../base/coded-error.ts';
import { VERSION } from '../composition/version.ts';
import { ConfigError } from '../config/values.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { createOutput, type Output } from './output.ts';
import { addAudit } from './program/audit.ts';
import { addCalls } from './program/calls.ts';
import { addKeys } from './program/keys.ts';
import { addMembers } from './program/members.ts';
import { addOperation } from './program/operation.ts';
import { addServers } from './program/servers.ts';
import { addSessions } from './program/sessions.ts';
import type { Terminal } from './program/terminal.ts';

/**
 * Runs the command line. Each command is loaded when it is run: a server that is woken by a callback must not wait for what
 * the demo needs.
 * @param args without node and script
 * @returns the exit code: 0 fine, 1 it found what should not be, 2 it could not run
 */
export async function run(
  args: readonly string[],
  env: Terminal['env'],
  output: Output = createOutput(),
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const ended = (result: ExitCode): void => {
    code = result;
  };
  try {
    await buildProgram({ env, output, ended }).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.cannotRun;
    output.note(explain(error));
    return EXIT.cannotRun;
  }
}

function buildProgram(terminal: Terminal): Command {
  const { output } = terminal;
  const program = new Command('callistra')
    .description('Calls health-plan members and asks them questions; keeps an audit trail of every call.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 found what should not be, 2 could not run. Settings come from the environment; a server that\nwants to know who asks is sent the API key in CALLISTRA_API_KEY.',
    );
  addServers(program, terminal);
  addMembers(program, terminal);
  addCalls(program, terminal);
  addAudit(program, terminal);
  addOperation(program, terminal);
  addKeys(program, terminal);
  addSessions(program, terminal);
  return program;
}

/** One or a few lines that say what is wrong; a stack only for bugs. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return error.message;
  const code = errorCode(error);
  return code === 'BUG' ? (error.stack ?? error.message) : `${code}: ${error.message}`;
}
