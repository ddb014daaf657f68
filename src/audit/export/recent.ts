import { operationStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { exportsIn, type RecordedExport } from './entries.ts';

const DAYS = 31;
const DAY_MS = 86_400_000;
const AT_ONCE = 8;

/** The exports of the days up to one, newest first. What of a damaged day cannot be read is left out: verify names it. */
export async function recentExports(
  log: Pick<CallEventLog, 'read'>,
  lastDay: string,
): Promise<readonly RecordedExport[]> {
  const last = Date.parse(`${lastDay}T00:00:00.000Z`);
  const days = Array.from({ length: DAYS }, (_, before) => new Date(last - before * DAY_MS).toISOString());
  const found: RecordedExport[] = [];
  for (let from = 0; from < days.length; from += AT_ONCE) {
    const some = await Promise.all(days.slice(from, from + AT_ONCE).map((day) => exportsOf(log, operationStream(day))));
    found.push(...some.flatMap((exports) => exports.toReversed()));
  }
  return found;
}

async function exportsOf(log: Pick<CallEventLog, 'read'>, stream: string): Promise<readonly RecordedExport[]> {
  try {
    return exportsIn(await log.read(stream));
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_CORRUPT' && error.version !== undefined) return [];
    throw error;
  }
}
