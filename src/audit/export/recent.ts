import type { CallEventLog } from '../../log/port.ts';
import { doneOn } from '../days.ts';
import { exportsIn, type RecordedExport } from './entries.ts';

const DAYS = 31;
const DAY_MS = 86_400_000;

/** The exports of the days up to one, newest first. */
export async function recentExports(
  log: Pick<CallEventLog, 'read'>,
  lastDay: string,
): Promise<readonly RecordedExport[]> {
  const last = Date.parse(`${lastDay}T00:00:00.000Z`);
  const days = Array.from({ length: DAYS }, (_, before) => new Date(last - before * DAY_MS).toISOString());
  return (await doneOn(log, days)).flatMap((entries) => exportsIn(entries).toReversed());
}
