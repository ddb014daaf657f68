import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openContext } from './context.ts';
import { helpText, type Options, OptionsError, readOptions } from './options.ts';
import { type Reported, reported, reportOf, rowText } from './report.ts';
import { ROWS } from './rows.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const startedAt = new Date();
  try {
    const names = ROWS.map(({ name }) => name);
    const options = readOptions(args, names, startedAt);
    if (options === null) process.stdout.write(helpText(ROWS));
    else await runRows(options, startedAt);
    return 0;
  } catch (error) {
    const text = error instanceof OptionsError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text}\n`);
    return 1;
  }
}

async function runRows(options: Options, startedAt: Date): Promise<void> {
  if (options.profileDir) await mkdir(options.profileDir, { recursive: true });
  const rows = ROWS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const done: Reported[] = [];
  for (const row of rows) {
    const context = openContext(row.name, options);
    const startMs = performance.now();
    try {
      done.push(reported(row, await row.run(context), (performance.now() - startMs) / 1_000));
    } finally {
      await context.close();
    }
    process.stdout.write(`${rowText(done.at(-1)!)}\n`);
  }
  await mkdir(dirname(options.json), { recursive: true });
  await writeFile(options.json, `${JSON.stringify(reportOf(done, options, startedAt), null, 2)}\n`);
  const missed = done.flatMap(({ measures }) => measures).filter(({ reached }) => reached === false).length;
  const goals = done.flatMap(({ measures }) => measures).filter(({ goal }) => goal !== null).length;
  process.stdout.write(`${goals - missed} of ${goals} goals reached; written to ${options.json}\n`);
}
