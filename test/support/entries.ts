import type { Entry } from '../../src/domain/entries.ts';
import type { CallEventLog } from '../../src/log/port.ts';

/** Every entry of every stream. */
export async function allEntries(log: CallEventLog): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const stream of log.registered()) entries.push(...(await log.read(stream)));
  return entries;
}
