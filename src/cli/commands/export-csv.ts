import { createReadStream } from 'node:fs';
import { csvOf } from '../../audit/export/csv.ts';
import { PROVIDERS } from '../../composition/providers.ts';
import { openNew } from '../../files/private.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** Writes the calls and answers of an export for people, into a file that is not there yet. */
export async function writeCsv(from: string, to: string, output: Output): Promise<ExitCode> {
  const file = await openNew(to).catch(() => null);
  if (!file) {
    output.note(`${to} cannot be written as a new file; the export itself is whole`);
    return EXIT.cannotRun;
  }
  let calls = -1;
  try {
    for await (const line of csvOf(() => createReadStream(from), PROVIDERS)) {
      await file.write(line);
      calls += 1;
    }
  } finally {
    await file.close();
  }
  output.line(`${to}: ${calls} calls`);
  return EXIT.ok;
}
