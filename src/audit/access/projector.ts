import type { AccessRecords, AccessStore } from '../../../projections/access.ts';
import type { Clock } from '../../base/clock.ts';
import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import { catchUpAccess } from './catch-up.ts';
import { accessRecords } from './records.ts';

type ProjectorDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

/** Writes the rows of who looked, behind what is recorded. */
export type AccessProjector = {
  /** Entries that are in the log now. */
  recorded(stream: string, entries: readonly Entry[]): void;
  /** Begins: reads from the log what the rows lack, and from then on writes what comes. */
  start(): void;
  /** The rows are gone, or a part of them: all is read from the log again. */
  readAgain(): void;
  /** Resolves when all that was recorded before is shown, or a write has failed. */
  flush(): Promise<void>;
  /** Age of the oldest entry that is not shown, in milliseconds. */
  lagMs(): number;
  /** Writes what waits, once, and stops. */
  close(): Promise<void>;
};

const COLLECT_MS = 20;
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 60_000;
/** What others have begun and did not get to show is looked for so often. */
const OTHERS_MS = 3_600_000;
/** While the store is away so much is kept; the rest is read from the log again. */
const WAITING_MAX = 5_000;

function retryMs(failures: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures);
}

export function createAccessProjector({ log, store, clock, onError }: ProjectorDeps): AccessProjector {
  let waiting: AccessRecords[] = [];
  let sinceMs: number | null = null;
  // Until the log has been read, nobody knows what is missing before the first entry of this process.
  let isBehind = true;
  let isClosed = false;
  let writing: Promise<void> | null = null;
  let callOff: () => void = () => {};
  let othersMs = Number.NEGATIVE_INFINITY;
  let failures = 0;

  const drop = (): void => {
    waiting = [];
    isBehind = true;
  };

  const readFromLog = async (): Promise<void> => {
    // Before the first read: what is recorded from now on waits here, what was before is in the log.
    isBehind = false;
    othersMs = clock.monotonicMs();
    try {
      if ((await catchUpAccess({ log, store, nowMs: clock.now(), isOver: () => isClosed })) === null) drop();
    } catch (error) {
      drop();
      throw error;
    }
  };

  const write = async (): Promise<void> => {
    const fromMs = clock.monotonicMs();
    if (!isClosed && (isBehind || fromMs - othersMs >= OTHERS_MS)) await readFromLog();
    const batch = waiting;
    waiting = [];
    try {
      if (batch.length > 0) await store.write(batch);
    } catch (error) {
      drop();
      throw error;
    }
    sinceMs = waiting.length > 0 ? fromMs : null;
  };

  const attempt = async (): Promise<void> => {
    callOff();
    try {
      await write();
      failures = 0;
      if (!isClosed) callOff = clock.after(waiting.length > 0 ? COLLECT_MS : OTHERS_MS, begin);
    } catch (error) {
      onError(error);
      if (!isClosed) callOff = clock.after(retryMs(failures), begin);
      failures += 1;
    }
  };

  function begin(): void {
    writing ??= attempt().finally(() => {
      writing = null;
    });
  }

  return {
    start: begin,
    recorded(stream, entries) {
      sinceMs ??= clock.monotonicMs();
      if (isBehind) return;
      if (waiting.length >= WAITING_MAX) return drop();
      waiting.push(accessRecords(stream, entries));
      if (waiting.length > 1 || writing || isClosed) return;
      callOff();
      callOff = clock.after(COLLECT_MS, begin);
    },
    readAgain: drop,
    async flush() {
      await writing;
      if (waiting.length === 0 && !isBehind) return;
      begin();
      await writing;
    },
    lagMs: () => (sinceMs === null ? 0 : clock.monotonicMs() - sinceMs),
    async close() {
      isClosed = true;
      callOff();
      await writing;
      if (waiting.length > 0 && !isBehind) await write().catch(onError);
    },
  };
}
