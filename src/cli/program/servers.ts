import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import { number, timeScale } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Commands that run a server, a simulator, or both. */
export function addServers(program: Command, { env, output, ended }: Terminal): void {
  program
    .command('serve')
    .description('run the server; it calls by ACS, or with SIMULATOR=true through a simulator of its own')
    .action(async () => {
      const { serve } = await import('../commands/serve.ts');
      ended(await serve(readConfig(env), { output }));
    });
  program
    .command('dev')
    .description('run the server with its simulator, the demo members and a live transcript')
    .addOption(timeScale(1))
    .action(async (options: { timeScale: number }) => {
      const { serve } = await import('../commands/serve.ts');
      const config = readConfig({ ...env, SIMULATOR: 'true', TIME_SCALE: String(options.timeScale) });
      ended(await serve(config, { output, transcript: true }));
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
    .action(async (options) => {
      const { simulator } = await import('../commands/simulator.ts');
      ended(await simulator(options, output));
    });
  program
    .command('witness')
    .description(
      'sign the checkpoints of logs that go on from those before, and no others; its key is made at the first start',
    )
    .requiredOption('--dir <dir>', 'holds its key and all that it has signed; the one thing to be backed up')
    .requiredOption('--logs <file>', 'the logs that it knows: a verifier line each, as "callistra audit key" prints it')
    .option('--name <name>', 'of its key, when that is made: a URL without scheme')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', number(0, 65_535), 8091)
    .action(async (options) => {
      const { witness } = await import('../commands/witness.ts');
      ended(await witness(options, output));
    });
  program
    .command('demo')
    .description('place real calls to a dozen virtual members and check what came of them')
    .addOption(timeScale(20))
    .option('--seed <seed>', "decides ids and the simulator's chance", number(0, 0xffff_ffff), 1)
    .option('--keep', 'leave it running afterwards and print the addresses to try', false)
    .action(async (options) => {
      const { demo } = await import('../commands/demo.ts');
      ended(await demo({ ...options, teamsResourceAccount: env['ACS_TEAMS_RESOURCE_ACCOUNT'] }, output));
    });
}
