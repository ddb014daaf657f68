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
/** Appends that are kept while a write hangs; what is more is read from the log again. */
const WAITING_MAX = 500;

function retryMs(failures: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures);
}

/** Appends that are not shown yet, or that they were so many that the log has to be read again. */
function createBacklog() {
  let waiting: AccessRecords[] = [];
  // Until the log has been read, nobody knows what is missing before the first entry of this process.
  let isBehind = true;
  const drop = (): void => {
    waiting = [];
    isBehind = true;
  };
  return {
    drop,
    add(records: AccessRecords): void {
      if (isBehind) return;
      if (waiting.length >= WAITING_MAX) drop();
      else waiting.push(records);
    },
    take(): readonly AccessRecords[] {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    /** What is added from now on waits here; what was before is in the log. */
    readFromLog(): void {
      isBehind = false;
    },
    isBehind: () => isBehind,
    isEmpty: () => waiting.length === 0,
  };
}

export function createAccessProjector({ log, store, clock, onError }: ProjectorDeps): AccessProjector {
  const backlog = createBacklog();
  let sinceMs: number | null = null;
  let isClosed = false;
  let writing: Promise<void> | null = null;
  let callOff: () => void = () => {};
  let othersMs = Number.NEGATIVE_INFINITY;
  let failures = 0;

  const write = async (): Promise<void> => {
    const fromMs = clock.monotonicMs();
    if (!isClosed && (backlog.isBehind() || fromMs - othersMs >= OTHERS_MS)) {
      backlog.readFromLog();
      othersMs = fromMs;
      const added = await catchUpAccess({ log, store, nowMs: clock.now(), isOver: () => isClosed });
      if (added === null) backlog.drop();
    }
    const batch = backlog.take();
    if (batch.length > 0) await store.write(batch);
    sinceMs = backlog.isEmpty() && !backlog.isBehind() ? null : fromMs;
  };

  const wait = (delayMs: number): void => {
    callOff();
    if (!isClosed) callOff = clock.after(delayMs, begin);
  };

  const attempt = async (): Promise<void> => {
    callOff();
    try {
      await write();
      failures = 0;
      wait(backlog.isEmpty() && !backlog.isBehind() ? OTHERS_MS : COLLECT_MS);
    } catch (error) {
      backlog.drop();
      onError(error);
      wait(retryMs(failures));
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
      const isFirst = backlog.isEmpty();
      backlog.add(accessRecords(stream, entries));
      if (isFirst && !backlog.isEmpty() && !writing) wait(COLLECT_MS);
    },
    readAgain() {
      backlog.drop();
      begin();
    },
    async flush() {
      await writing;
      if (backlog.isEmpty() && !backlog.isBehind()) return;
      begin();
      await writing;
    },
    lagMs: () => (sinceMs === null ? 0 : clock.monotonicMs() - sinceMs),
    async close() {
      isClosed = true;
      callOff();
      await writing;
      if (!backlog.isEmpty()) await write().catch(onError);
    },
  };
}
