/**
 * An error that people and programs know by its code. Codes are stable: they stand in log lines and in what operators search
 * for. All codes of a family begin with the same word: `LOG_UNAVAILABLE`, `QUEUE_UNAVAILABLE`.
 */
export class CodedError<Code extends string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The stable code of an error, ours or a library's; `BUG` for one that has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'BUG';
}
