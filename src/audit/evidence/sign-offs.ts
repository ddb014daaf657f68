import { operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { readStream } from '../replay/find-call.ts';
import { type SignOff, signOffsIn } from './entries.ts';
import { wholeMonth } from './months.ts';

const DAY_MS = 86_400_000;
/** A month is signed off when it is over, and for a year at most it is looked for: the evidence of a period finds all. */
const DAYS_MAX = 366;
/** Streams that are read at once: as many as one client of Azure answers without queueing. */
const AT_ONCE = 8;

/**
 * The sign-offs of a month, oldest first, found without the register: they stand in the days behind it.
 * @throws LogError
 */
export async function signOffsOf(
  log: Pick<CallEventLog, 'read'>,
  month: string,
  nowMs: number,
): Promise<readonly SignOff[]> {
  const over = Date.parse(wholeMonth(month).to);
  const days = Math.min(DAYS_MAX, Math.ceil((nowMs - over) / DAY_MS));
  const found: SignOff[] = [];
  for (let from = 0; from < days; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, days - from) }, (_, day) =>
      readStream(log, operationStream(new Date(over + (from + day) * DAY_MS).toISOString())),
    );
    for (const stream of await Promise.all(some)) found.push(...signOffsIn(stream?.entries ?? []));
  }
  return found.filter((one) => one.month === month);
}
