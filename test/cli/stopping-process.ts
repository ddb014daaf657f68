import { createOutput } from '../../src/cli/output.ts';
import { whenStopped } from '../../src/cli/until-stopped.ts';

/**
 * A process that waits to be stopped, and tells why it was. `hang` as its argument: closing never ends. `throw`, `reject`: an
 * error that nobody catches, with a telephone number in it.
 */
const how = process.argv[2] ?? '';
const close = async (reason: string): Promise<void> => {
  process.stdout.write(`closes: ${reason}\n`);
  if (how === 'hang') await new Promise(() => {});
};
const LIMIT_MS = 60_000;
whenStopped(close, Number(process.argv[3] ?? LIMIT_MS), createOutput());
setInterval(() => {}, LIMIT_MS);
const error = new RangeError('the number +15550100142 is out of range');
const fail = (): never => {
  throw error;
};
if (how === 'throw') setImmediate(fail);
if (how === 'reject') setImmediate(async () => fail());
process.stdout.write('up\n');
