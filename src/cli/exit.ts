/** What a command's exit code says. */
export const EXIT = {
  ok: 0,
  /** It ran and found what should not be: a broken chain, a bad line, a call that did not go as scripted. */
  finding: 1,
  /** It could not run: settings, arguments, a file, a server that is not there. */
  cannotRun: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
