import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MendingReadStore } from '../../projections/sqlite/mending.ts';
import type { Journal } from '../app/ports.ts';
import { rowsOfLog } from '../audit/rebuild.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';
import type { CallEventLog } from '../log/port.ts';
import { PROVIDERS } from './providers.ts';

type RefillDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly readStore: Pick<MendingReadStore, 'onToFill' | 'fill'>;
  readonly clock: Clock;
  readonly journal: Journal;
};

const RETRY_MS = 10_000;
/** A log in a file answers within the turn: without this nobody else would have one until the end. */
const STREAMS_PER_TURN = 20;

/** Writes the rows of all calls from the log, beside the running server, whenever a new file has begun without them. */
export function keepFilled({ log, readStore, clock, journal }: RefillDeps): { close(): Promise<void> } {
  let isClosed = false;
  let isWanted = false;
  let filling: Promise<void> | null = null;
  let callOff: () => void = () => {};

  const attempt = async (): Promise<void> => {
    isWanted = false;
    const unreadable: string[] = [];
    try {
      const calls = await readStore.fill(
        rowsOfLog(
          inTurns(log, () => isClosed),
          PROVIDERS,
          unreadable,
        ),
      );
      journal.info({ calls, unreadable: unreadable.length }, 'the read models were built again from the log');
    } catch (error) {
      if (isClosed) return;
      journal.warn({ code: errorCode(error) }, 'the read models could not be built again; it is tried again');
      callOff = clock.after(RETRY_MS, begin);
    }
  };

  function begin(): void {
    isWanted = true;
    callOff();
    filling ??= attempt().finally(() => {
      filling = null;
      // Another file may have taken the place of the one that was being filled.
      if (isWanted && !isClosed) begin();
    });
  }

  readStore.onToFill(begin);
  return {
    async close() {
      isClosed = true;
      callOff();
      await filling;
    },
  };
}

/** The log, read in small steps, until it is not wanted any more. */
function inTurns(log: RefillDeps['log'], isOver: () => boolean): RefillDeps['log'] {
  return {
    read: (stream, fromVersion) => log.read(stream, fromVersion),
    async *registered(since) {
      let streams = 0;
      for await (const stream of log.registered(since)) {
        streams += 1;
        if (streams % STREAMS_PER_TURN === 0) await nextTurn();
        if (isOver()) throw new Error('the server is closed');
        yield stream;
      }
    },
  };
}
