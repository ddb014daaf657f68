import { errorCode } from '../../base/coded-error.ts';
import type { AuditJournal } from './deps.ts';

/** What keeps a process from making checkpoints, told once. */
export type Trouble = {
  /** Of the newest round, in words; null when it went well. */
  words(): string | null;
  had(error: unknown): void;
  /** A round went to its end. @param fork what it found wrong, in words */
  none(fork: string | null): void;
  /** How long to wait for the next round, in milliseconds. @param everyMs when all is well */
  waitMs(everyMs: number): number;
};

/** In milliseconds, twice as long after each failure. */
const AGAIN_FIRST_MS = 5_000;

export function createTrouble(journal: AuditJournal): Trouble {
  let words: string | null = null;
  let fork: string | null = null;
  let failures = 0;
  return {
    words: () => words,
    had(error) {
      failures += 1;
      const reason = error instanceof Error ? error.message : String(error);
      if (words !== reason) journal.warn({ code: errorCode(error), reason }, 'no checkpoint could be made');
      words = reason;
    },
    none(found) {
      if (words !== null && found === null) journal.info({ failures }, 'checkpoints are made again');
      if (found !== null && fork !== found) {
        journal.error({ code: 'CHECKPOINT_FORK', reason: found }, 'nothing is signed until the tree is opened again');
      }
      words = null;
      fork = found;
      failures = 0;
    },
    waitMs: (everyMs) => (failures === 0 ? everyMs : Math.min(everyMs, AGAIN_FIRST_MS * 2 ** (failures - 1))),
  };
}
