import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { accepted, newEntry } from '../samples.ts';

/*
 * A process that writes for ever, run by sqlite-log.test.ts to be killed: one line per acknowledged append,
 * `stream version`, from several streams at once.
 */
const log = openSqliteLog(process.argv[2] ?? '');

async function writeForEver(stream: string): Promise<void> {
  await log.register(stream, new Date(0));
  for (let head = EMPTY_HEAD; ; ) {
    const entries = [newEntry(`${head.version}-a`), newEntry(`${head.version}-b`)];
    head = headOf(accepted(await log.append(stream, head, entries)));
    process.stdout.write(`${stream} ${head.version}\n`);
  }
}

await Promise.all(['a', 'b', 'c', 'd', 'e'].map(writeForEver));
