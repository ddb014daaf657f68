import type { CallEventLog } from '../../log/port.ts';
import { doneOn } from '../days.ts';
import { type SignOff, signOffsIn } from './entries.ts';
import { wholeMonth } from './months.ts';

const DAY_MS = 86_400_000;
/** A month is signed off when it is over, and for a year at most it is looked for: the evidence of a period finds all. */
const DAYS_MAX = 366;

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
  const behind = Array.from({ length: Math.max(0, days) }, (_, day) => new Date(over + day * DAY_MS).toISOString());
  return (await doneOn(log, behind)).flatMap((entries) => signOffsIn(entries)).filter((one) => one.month === month);
}
