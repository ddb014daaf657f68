import { asked } from './options.ts';
import { walk } from './walk.ts';

/** Prints every command and option of the Azure CLI that the paper uses, a pair a line: `.ci/az-options` asks the CLI itself. */
const pairs = new Set<string>();
for (const line of ['number', 'teams'] as const) {
  const walked = await walk(line);
  for (const { command, options } of (await walked.calls('az')).map(asked))
    for (const option of options) pairs.add(`${command}\t${option}`);
  await walked.remove();
}
process.stdout.write(`${[...pairs].toSorted().join('\n')}\n`);
