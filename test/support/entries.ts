import type { Entry } from '../../src/domain/entries.ts';
import { CHECKPOINTS_STREAM, isOperationStream } from '../../src/domain/streams.ts';
import type { CallEventLog } from '../../src/log/port.ts';

/** Every entry of every stream. */
export async function allEntries(log: CallEventLog): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const stream of log.registered()) entries.push(...(await log.read(stream)));
  return entries;
}

/** Every entry but of what a server says of itself, in its own time. */
export async function entriesOfOthers(log: CallEventLog): Promise<Entry[]> {
  const entries = await allEntries(log);
  return entries.filter(({ stream }) => stream !== CHECKPOINTS_STREAM && !isOperationStream(stream));
}
