import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Damage, tryOut } from './flips.ts';

/**
 * Tries damages one after the other, from one on: what a damaged byte can do includes the end of this process, so it
 * says on its output which one comes next.
 */
const [directory = '', from = '0'] = process.argv.slice(2);
const damages = JSON.parse(await readFile(join(directory, 'damages.json'), 'utf8')) as Damage[];
for (let index = Number(from); index < damages.length; index += 1) {
  writeSync(1, `${index}\n`);
  try {
    await tryOut(damages[index]!, (name) => join(directory, name), join(directory, `try-${process.pid}-${index}`));
  } catch (error) {
    writeSync(1, `${index} ${JSON.stringify(described(error))}\n`);
  }
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${'code' in error ? error.code : 'no code'} ${error.stack}`;
}
