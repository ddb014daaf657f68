/** The stable code of an error, `BUG` for one that has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'BUG';
}
