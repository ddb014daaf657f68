import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AccessStore } from '../../../projections/access.ts';
import { isAccessStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { accessRecords } from './records.ts';

/**
 * A stream begins on the day that its name says and takes entries of that day only. So whatever was not read at the end of a
 * catch-up is in a stream that began a day before it, or later; the other day is for clocks that are off, or were set.
 */
const LOOK_BACK_MS = 48 * 3_600_000;

/** A log in a file answers within the turn: without this nobody else would have one until the end. */
const STREAMS_PER_TURN = 20;

type CatchUp = {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly store: AccessStore;
  readonly nowMs: number;
  /** Whether to stop. */
  readonly isOver?: () => boolean;
};

/**
 * Reads from the log what the rows lack: what this process wrote and died before it was shown, and what others did.
 * @returns how many records were added; null when it was stopped: nobody knows what is missing
 * @throws LogError, ReadStoreError
 */
export async function catchUpAccess({ log, store, nowMs, isOver = () => false }: CatchUp): Promise<number | null> {
  const before = await store.caughtUpTo();
  const since = before === null ? undefined : new Date(Date.parse(before) - LOOK_BACK_MS);
  let [streams, added] = [0, 0];
  for await (const stream of log.registered(since)) {
    streams += 1;
    if (streams % STREAMS_PER_TURN === 0) await nextTurn();
    if (isOver()) return null;
    if (!isAccessStream(stream)) continue;
    const known = (await store.versions([stream])).get(stream) ?? 0;
    const entries = await log.read(stream, known + 1);
    if (entries.length === 0) continue;
    const found = accessRecords(stream, entries);
    await store.write([found]);
    added += found.records.length;
  }
  await store.markCaughtUp(new Date(nowMs).toISOString());
  return added;
}
