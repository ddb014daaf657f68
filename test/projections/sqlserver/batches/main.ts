import { writeFileSync } from 'node:fs';
import { everyBatch } from './every-batch.ts';

/**
 * Writes every batch that the adapters of SQL Server send as JSON, `[{"name","text"}]`, those that make tables first: for
 * whoever checks T-SQL without a server.
 *
 * Usage: `npm run sql:batches -- FILE`
 */
const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: npm run sql:batches -- FILE\n');
  process.exitCode = 2;
} else {
  const batches = await everyBatch();
  writeFileSync(file, `${JSON.stringify(batches, null, 2)}\n`);
  process.stdout.write(`${batches.length} batches in ${file}\n`);
}
