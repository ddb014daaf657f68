import type { CallState } from '../../src/domain/call/call.ts';
import type { CallRows, ReadStore } from '../ports.ts';
import { rowsOf } from '../rows.ts';
import { type Backlog, failed, refused, take, written } from './backlog.ts';

/** Hears of a write that failed, with the calls in it. */
export type OnWriteError = (error: unknown, callSessionIds: readonly string[]) => void;

type WriterSettings = {
  readonly store: Pick<ReadStore, 'write'>;
  readonly now: () => number;
  /** The most calls in one write. */
  readonly batchSize: number;
  readonly onError: OnWriteError | undefined;
  readonly onWritten: (() => void) | undefined;
};

/** Writes one batch of a backlog at a time. */
export type Writer = {
  /** @returns whether another batch is worth trying at once. Never throws. */
  write(): Promise<boolean>;
  /** How often in a row the store has failed, as far as it was the store and not a call that it refuses. */
  failuresInARow(): number;
};

/** Makes the writer of a backlog. */
export function createWriter(settings: WriterSettings, backlog: Backlog): Writer {
  const { store, now, batchSize, onError, onWritten } = settings;
  let failuresInARow = 0;
  let callsPerWrite = batchSize;

  async function write(): Promise<boolean> {
    const batch = take(backlog, callsPerWrite, now());
    if (batch.states.length === 0) return false;
    const { rows, flawed } = rowsOfAll(batch.states);
    refused(
      backlog,
      flawed.map(({ state }) => state),
    );
    for (const { state, error } of flawed) report(onError, error, [state]);
    if (rows.length === 0) return true;
    try {
      await store.write(rows);
    } catch (error) {
      if (failed(backlog, batch, now())) {
        failuresInARow += 1;
        // A row that the store will never take must not keep the others out: smaller batches leave it alone in one.
        callsPerWrite = Math.max(1, Math.floor(batch.states.length / 2));
      }
      report(onError, error, batch.states);
      return false;
    }
    written(backlog, now());
    failuresInARow = 0;
    callsPerWrite = Math.min(batchSize, callsPerWrite * 2);
    onWritten?.();
    return true;
  }

  return { write, failuresInARow: () => failuresInARow };
}

type Flawed = { readonly state: CallState; readonly error: unknown };

/** A call of which no rows can be made must not keep the others of its batch from theirs. */
function rowsOfAll(states: readonly CallState[]): { readonly rows: CallRows[]; readonly flawed: Flawed[] } {
  const [rows, flawed]: [CallRows[], Flawed[]] = [[], []];
  for (const state of states) {
    try {
      rows.push(rowsOf(state));
    } catch (error) {
      flawed.push({ state, error });
    }
  }
  return { rows, flawed };
}

function report(onError: OnWriteError | undefined, error: unknown, states: readonly CallState[]): void {
  const callSessionIds = states.map((state) => state.callSessionId);
  try {
    onError?.(error, callSessionIds);
  } catch {
    // Whoever listens cannot be told of it either, and the projector must go on.
  }
}
