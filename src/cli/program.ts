import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { errorCode } from '../base/coded-error.ts';
import { readConfig } from '../config/config.ts';
import { ConfigError } from '../config/values.ts';
import { createApiClient } from './api-client.ts';
import {
  backup,
  call,
  demo,
  doctor,
  endQuarantine,
  importMembers,
  listMembers,
  listQuarantine,
  migrate,
  rebuild,
  restore,
  serve,
  simulator,
  verify,
} from './commands.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { createOutput, type Output } from './output.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Runs the command line.
 * @param args without node and script
 * @returns the exit code: 0 fine, 1 it found what should not be, 2 it could not run
 */
export async function run(args: readonly string[], env: Env, output: Output = createOutput()): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = buildProgram(env, output, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.cannotRun;
    output.note(explain(error));
    return EXIT.cannotRun;
  }
}

function buildProgram(env: Env, output: Output, done: (code: ExitCode) => void): Command {
  const program = new Command('callistra')
    .description('Calls health-plan members and asks them questions; keeps an audit trail of every call.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 found what should not be, 2 could not run. Settings come from the environment.',
    );
  addServers(program, env, output, done);
  addMembers(program, env, output, done);
  addCall(program, output, done, env);
  addQuarantine(program, env, output, done);
  addAudit(program, env, output, done);
  addOperation(program, env, output, done);
  return program;
}

function addServers(program: Command, env: Env, output: Output, done: (code: ExitCode) => void): void {
  program
    .command('serve')
    .description('run the server; without ACS settings it calls through a simulator of its own')
    .action(async () => done(await serve(readConfig(env))));
  program
    .command('dev')
    .description('run the server with its simulator, the demo members and a live transcript')
    .addOption(timeScale(1))
    .action(async (options: { timeScale: number }) => {
      done(await serve(readConfig({ ...env, TIME_SCALE: String(options.timeScale) }), output));
    });
  program
    .command('simulator')
    .description('run the ACS simulator alone, for a server or a client of your own')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', number(0, 65_535), 8090)
    .option('--seed <seed>', 'decides ids and faults', number(0, 0xffff_ffff))
    .option('--calls-per-caller-id <n>', 'concurrent calls of one caller number, 0 for no limit', number(0, 100_000), 2)
    .option('--members <file>', 'JSON: behaviour by E.164 number')
    .option('--json', 'print settings and events as JSON lines', false)
    .addOption(timeScale(1))
    .action(async (options) => done(await simulator(options, output)));
  program
    .command('demo')
    .description('place real calls to a dozen virtual members and check what came of them')
    .addOption(timeScale(20))
    .option('--seed <seed>', "decides ids and the simulator's chance", number(0, 0xffff_ffff), 1)
    .option('--keep', 'leave it running afterwards and print the addresses to try', false)
    .action(async (options) => done(await demo(options, output)));
}

function addMembers(program: Command, env: Env, output: Output, done: (code: ExitCode) => void): void {
  const members = program.command('members').description('the members who may be called');
  members
    .command('import <file>')
    .description('import a CSV file: memberId, phoneNumber (E.164), optional name and timeZone')
    .option('--skip-bad', 'import the good lines although there are bad ones', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (file, options) => done(await importMembers(file, { ...options, stores: readConfig(env) }, output)));
  members
    .command('list')
    .description('list the members, numbers masked')
    .option('--json', 'print them as JSON', false)
    .action(async (options) => done(await listMembers({ ...options, stores: readConfig(env) }, output)));
}

function addCall(program: Command, output: Output, done: (code: ExitCode) => void, env: Env): void {
  program
    .command('call <memberId>')
    .description('initiate one call and follow it until it ends')
    .addOption(serverUrl(env))
    .option('--idempotency-key <key>', 'the same key places one call, however often it is sent')
    .option('--json', 'print every change as a JSON line', false)
    .action(async (memberId, options) =>
      done(await call(memberId, { ...options, apiKey: env['CALLISTRA_API_KEY'] }, output)),
    );
}

function addQuarantine(program: Command, env: Env, output: Output, done: (code: ExitCode) => void): void {
  const quarantine = program
    .command('quarantine')
    .description('callbacks whose call the log does not know, at a running server');
  const add = (name: string, description: string) =>
    quarantine.command(name).description(description).addOption(serverUrl(env)).option('--json', 'print JSON', false);
  const client = ({ url }: { url: string }) => createApiClient(url, env['CALLISTRA_API_KEY']);
  add('list', 'list those that wait').action(async (options) =>
    done(await listQuarantine(client(options), options, output)),
  );
  add('release <id>', 'hand one to its call').action(async (id, options) =>
    done(await endQuarantine(id, 'released', (api) => api.releaseQuarantined(id), client(options), options, output)),
  );
  add('discard <id>', 'give one up; it stays in the log')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action(async (id, options) =>
      done(
        await endQuarantine(
          id,
          'discarded',
          (api) => api.discardQuarantined(id, options.reason),
          client(options),
          options,
          output,
        ),
      ),
    );
}

function serverUrl(env: Env): Option {
  const fallback = env['PUBLIC_BASE_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? '8080'}`;
  return new Option('--url <url>', 'the server').default(fallback);
}

function addAudit(program: Command, env: Env, output: Output, done: (code: ExitCode) => void): void {
  program
    .command('rebuild')
    .description('build the read models again from the log and swap them in')
    .option('--json', 'print the report as JSON', false)
    .action(async (options) => done(await rebuild({ ...options, stores: readConfig(env) }, output)));
  program
    .command('verify')
    .description('check every entry of the log against its hash chain')
    .option('--json', 'print the report as JSON', false)
    .action(async (options) => done(await verify({ ...options, stores: readConfig(env) }, output)));
}

function addOperation(program: Command, env: Env, output: Output, done: (code: ExitCode) => void): void {
  program
    .command('migrate')
    .description('bring tables and database of Azure up to date; may be run again')
    .option('--json', 'print the report as JSON', false)
    .action(async (options) => done(await migrate(readConfig(env), options, output)));
  program
    .command('backup <file>')
    .description('copy the log, or what was added since, into a SQLite file; beside a running server')
    .option('--json', 'print the report as JSON', false)
    .action(async (file, options) => done(await backup(file, { ...options, stores: readConfig(env) }, output)));
  program
    .command('restore <file>')
    .description('copy such a file into the log, where entries of it are missing')
    .option('--json', 'print the report as JSON', false)
    .action(async (file, options) => done(await restore(file, { ...options, stores: readConfig(env) }, output)));
  program
    .command('doctor')
    .description('check the settings and everything they point to; calls nobody, writes no entry')
    .option('--json', 'print the findings as JSON', false)
    .action(async (options) => done(await doctor(readConfig(env), options, output)));
}

function timeScale(fallback: number): Option {
  return new Option('--time-scale <factor>', "how many times faster than real time the simulator's calls go")
    .argParser(number(1, 1_000))
    .default(fallback);
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

/** One or a few lines that say what is wrong; a stack only for bugs. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return error.message;
  const code = errorCode(error);
  return code === 'BUG' ? (error.stack ?? error.message) : `${code}: ${error.message}`;
}
