import type { Clock } from '../../base/clock.ts';
import type { Journal } from '../ports.ts';

/** Notices that other instances write the same log. */
export type Others = {
  /** Somebody else has written to a call since this process began. */
  wrote(): void;
  /** In words, where that is a mistake; null: it is none, or was not seen lately. */
  problem(): string | null;
};

/** Two releases run side by side for some minutes in every deployment: that passes by itself. */
const LATELY_MS = 600_000;

const WORDS =
  'another instance writes this log, and each shows calls by files of its own: give all of them one database (SQL_SERVER or SQL_CONNECTION_STRING), or run one';

/** @param rowsShared false: the read models are files of this instance alone, and the log is not */
export function createOthers(
  rowsShared: boolean,
  { clock, journal }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly journal: Pick<Journal, 'error'> },
): Others {
  let seenMs: number | null = null;
  const isLate = (): boolean => seenMs === null || clock.monotonicMs() - seenMs >= LATELY_MS;
  return {
    wrote() {
      if (rowsShared) return;
      if (isLate()) journal.error({ code: 'ROWS_NOT_SHARED' }, WORDS);
      seenMs = clock.monotonicMs();
    },
    problem: () => (isLate() ? null : WORDS),
  };
}
