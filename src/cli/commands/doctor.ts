import { doctorChecks } from '../../composition/doctor.ts';
import type { Config } from '../../config/config.ts';
import { runChecks } from '../../doctor/check.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** Longer than any of the clients waits for its own service. */
const LIMIT_MS = 30_000;

/** Checks settings and everything they point to, one line each. */
export async function doctor(config: Config, options: { json: boolean }, output: Output): Promise<ExitCode> {
  const checks = doctorChecks(config);
  output.progress(`${checks.length} checks`);
  const results = await runChecks(checks, LIMIT_MS);
  output.progress('');
  const width = Math.max(...results.map(({ name }) => name.length));
  if (options.json) output.json(results);
  else
    for (const { verdict, name, detail } of results)
      output.line(`${verdict.padEnd(7)}  ${name.padEnd(width)}  ${detail}`);
  return results.some(({ verdict }) => verdict === 'failed') ? EXIT.finding : EXIT.ok;
}
