import type { Entry } from '../domain/entries.ts';
import { operationStream } from '../domain/streams.ts';
import type { CallEventLog } from '../log/port.ts';
import { readStream } from './replay/find-call.ts';

/** Streams that are read at once: as many as one client of Azure answers without queueing. */
const AT_ONCE = 8;

/**
 * What was done on each of these days, in their order, found without the register. What of a damaged day cannot be read is left out:
 * verify names it.
 * @param days any time of each, ISO 8601 UTC
 * @throws LogError
 */
export async function doneOn(
  log: Pick<CallEventLog, 'read'>,
  days: readonly string[],
): Promise<readonly (readonly Entry[])[]> {
  const done: (readonly Entry[])[] = [];
  for (let from = 0; from < days.length; from += AT_ONCE) {
    const some = days.slice(from, from + AT_ONCE).map((day) => readStream(log, operationStream(day)));
    for (const stream of await Promise.all(some)) done.push(stream?.entries ?? []);
  }
  return done;
}
