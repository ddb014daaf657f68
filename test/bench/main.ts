import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildWorkers } from './build.ts';
import { openContext } from './context.ts';
import { helpText, type Options, OptionsError, readOptions } from './options.ts';
import { type Reported, reported, reportOf, rowText } from './report.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';

// Whoever reads the output may stop early (`| head`); that is no failure of the bench.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
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
  const workersDir = await buildWorkers();
  const done: Reported[] = [];
  for (const row of rows) {
    const result = await runRow(row, workersDir, options);
    done.push(result);
    process.stdout.write(`${rowText(result)}\n`);
  }
  await mkdir(dirname(options.json), { recursive: true });
  await writeFile(options.json, `${JSON.stringify(reportOf(done, options, startedAt), null, 2)}\n`);
  const verdicts = done.flatMap(({ measures }) => measures).filter(({ goal }) => goal !== null);
  const reached = verdicts.filter((measure) => measure.reached).length;
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
  process.stdout.write(`${reached} of ${verdicts.length} goals reached in ${seconds} s; written to ${options.json}\n`);
}

async function runRow(row: Row, workersDir: string, options: Options): Promise<Reported> {
  const context = openContext(row.name, workersDir, options);
  const startMs = performance.now();
  try {
    return reported(row, await row.run(context), (performance.now() - startMs) / 1_000);
  } finally {
    await context.close();
  }
}
