import type { ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** What a command runs in. */
export type Terminal = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** To be told how the command ended. */
  ended(code: ExitCode): void;
};
