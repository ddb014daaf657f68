import { type Command, Option } from 'commander';
import { readConfig } from '../../config/config.ts';
import { createApiClient, createAsk } from '../api-client.ts';
import { addDisclosures } from './disclosures.ts';
import { addEvidence } from './evidence.ts';
import { addExport } from './exports.ts';
import { askedOf, number, showsData, staffNamesOf, time } from './options.ts';
import { addProofs } from './proofs.ts';
import type { Terminal } from './terminal.ts';
import { addTrail } from './trail.ts';

/** Commands for compliance staff: what happened, who looked, and whether anything was altered. */
export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('replay calls, see who looked, prove that nothing was altered');
  addTrail(audit, terminal);
  addDisclosures(audit, terminal);
  addEvidence(audit, terminal);
  addVerify(audit, terminal);
  addAccess(audit, terminal);
  addFhir(audit, terminal);
  addProofs(audit, terminal);
  addExport(audit, terminal);
  // The name that it had before there was more of this kind.
  addVerify(program, terminal);
}

function addAccess(parent: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  showsData(parent.command('access'), terminal)
    .description('who looked at a member or a call, or what somebody looked at, newest first')
    .option('--member <id>', 'looks at this member')
    .option('--call <callSessionId>', 'looks at this call')
    .option('--actor <name>', 'looks of this person, `anna`, or under one role, `compliance:anna`')
    .option('--from <time>', 'at or after, ISO 8601', time)
    .option('--to <time>', 'before, ISO 8601', time)
    .option('--limit <n>', 'so many at most', number(1, 100_000), 100)
    .option('--json', 'print them as JSON', false)
    .action(async ({ json, limit, member, call, actor, from, to }, command) => {
      const { access } = await import('../commands/access.ts');
      const asked = askedOf(command);
      const config = readConfig(env);
      const staffNames = staffNamesOf(config);
      const client = createApiClient(asked.url, env['CALLISTRA_API_KEY'], asked.whatFor);
      const query = { ...given({ member, call, actor, from, to }) };
      ended(await access(client, { ...asked, json, limit, query, staffNames, stores: config }, output));
    });
}

function addFhir(parent: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  showsData(parent.command('fhir'), terminal)
    .description('who looked and what was disclosed, as FHIR R4 AuditEvents, one a line (NDJSON), newest first')
    .requiredOption('--from <time>', 'at or after, ISO 8601', time)
    .requiredOption('--to <time>', 'before, ISO 8601', time)
    .option('--member <id>', 'only events of this member')
    .requiredOption('--output <file>', 'a new file')
    .action(async ({ member, from, to, output: file }, command) => {
      const { fhir } = await import('../commands/audit-fhir.ts');
      const asked = askedOf(command);
      const client = createApiClient(asked.url, env['CALLISTRA_API_KEY'], asked.whatFor);
      const query = { from, to, ...given({ member }) };
      ended(await fhir(client, { ...asked, query, file, settings: readConfig(env) }, output));
    });
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function addVerify(parent: Command, { env, output, ended }: Terminal): void {
  parent
    .command('verify')
    .description(
      'check that nothing of the log was altered: chains, checkpoints, register, rows, records of who looked',
    )
    .option('--key <line|file>', 'the verifier key of the log, from elsewhere than the log')
    .option('--policy <file>', 'whom to trust: keys of logs and witnesses, and how many of these must have signed')
    .option('--known <file>', 'a checkpoint that was kept; may be given again', collect, [])
    .addOption(
      new Option(
        '--export <file>',
        'check an export instead, without database, log or network; needs --key or --policy',
      ).conflicts(['known', 'url']),
    )
    .option('--url <url>', 'have this server do it, with its own rights and key; it records that')
    .option('--json', 'print the report as JSON', false)
    .addOption(
      new Option('--nightly', 'take this night’s check from the servers, as a job beside them, and record it')
        .default(false)
        .conflicts(['key', 'policy', 'known', 'url', 'json', 'export']),
    )
    .action(async ({ url, nightly, ...options }) => {
      if (nightly) {
        const { verifyNightly } = await import('../commands/verify-nightly.ts');
        return ended(await verifyNightly(readConfig(env), output));
      }
      if (options.export !== undefined) {
        const { verifyExport } = await import('../commands/verify-export.ts');
        return ended(await verifyExport(options, output));
      }
      if (url === undefined) {
        const { verify } = await import('../commands/verify.ts');
        return ended(await verify({ ...options, config: readConfig(env) }, output));
      }
      const { verifyServed } = await import('../commands/verify-served.ts');
      const ask = createAsk(url, env['CALLISTRA_API_KEY']);
      ended(await verifyServed(ask, { url, json: options.json }, output));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
