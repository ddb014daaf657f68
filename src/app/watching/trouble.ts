import { errorCode } from '../../base/coded-error.ts';
import type { Journal } from '../ports.ts';

/** Trouble with something that may be done without: told once, not once per call. */
export type Trouble = {
  tell(error: unknown): void;
  over(): void;
  /** In words, null when there is none. */
  inWords(): string | null;
};

/** @param what what is the matter, in words */
export function createTrouble(journal: Pick<Journal, 'warn'>, what: string): Trouble {
  let trouble: string | null = null;
  return {
    tell(error) {
      const code = errorCode(error);
      if (trouble !== code) journal.warn({ code }, what);
      trouble = code;
    },
    over() {
      trouble = null;
    },
    inWords: () => (trouble === null ? null : `${what}: ${trouble}`),
  };
}
