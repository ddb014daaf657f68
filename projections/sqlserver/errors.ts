import { type ErrorFamily, ReadStoreError, type ReadStoreErrorCode } from '../ports.ts';

/** Thrown by our own statements; numbers of 50000 and above are free for that. */
export const LOCK_TIMEOUT = 50_010;
export const OVERTAKEN = 50_011;
export const NOT_MIGRATED = 50_012;
export const READ_ONLY = 50_013;

// https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues and the list that Entity Framework
// tries again: the connection was cut, the database is moving, resuming or has too much to do.
const LOST = new Set([
  20, 64, 121, 233, 615, 926, 997, 4060, 4221, 10053, 10054, 10060, 10061, 10928, 10929, 10936, 17142, 17197, 18401,
  40143, 40166, 40197, 40501, 40540, 40545, 40613, 40615, 41839, 42108, 42109, 49918, 49919, 49920,
]);
// Deadlock victim, lock time-out, no locks or memory left, snapshot conflicts, and our own lock.
const CONTENDED = new Set([
  1204,
  1205,
  1222,
  3935,
  3960,
  3966,
  8628,
  8645,
  8651,
  41301,
  41302,
  41305,
  41325,
  LOCK_TIMEOUT,
]);
/** SELECT, EXECUTE, CREATE, schema, database, object or login refused. */
const NO_RIGHTS = new Set([229, 230, 262, 300, 916, 2760, 15151, 15247, 18452, 18456, 18461]);
const NO_SUCH_OBJECT = new Set([207, 208, NOT_MIGRATED]);
// A refused login is among them: the driver does not tell its number, and a database that moves or wakes up refuses logins.
const LOST_CODES = new Set([
  'ESOCKET',
  'ETIMEOUT',
  'ECONNCLOSED',
  'ECLOSE',
  'ENOCONN',
  'ENOTOPEN',
  'EINSTLOOKUP',
  'EINVALIDSTATE',
  'ELOGIN',
  'EFEDAUTH',
  // The socket's own, which come through as they are.
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What is known of a failure of the driver; the text of the server is left out, for it quotes values of rows. */
type Failure = { readonly code: string; readonly numbers: readonly number[] };

/** Null for what does not come from the driver. */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { code, number, originalError, precedingErrors, name } = error as DriverError;
  // The driver's pool waited in vain for a free connection.
  if (name === 'TimeoutError' && code === undefined) return { code: 'EPOOL', numbers: [] };
  const known = code ?? originalError?.errors?.[0]?.code ?? (name === 'ConnectionError' ? 'ESOCKET' : undefined);
  if (known === undefined || !/^E(?!RR_)[A-Z_]+$/.test(known)) return null;
  const inner = originalError?.info ?? originalError;
  const numbers = [number, inner?.number, ...(precedingErrors ?? []).map((one) => one.number)];
  return { code: known, numbers: [...new Set(numbers.filter((one) => typeof one === 'number'))] };
}

type Numbered = { readonly number?: number };
type DriverError = Error &
  Numbered & {
    readonly code?: string;
    readonly originalError?: Numbered & { readonly info?: Numbered; readonly errors?: readonly { code?: string }[] };
    readonly precedingErrors?: readonly Numbered[];
  };

/** Whether the same batch may work a moment later. */
export function isTransient({ code, numbers }: Failure): boolean {
  return LOST_CODES.has(code) || numbers.some((number) => LOST.has(number) || CONTENDED.has(number));
}

/** The error that a store gives, without a cause: the driver's own would carry what rows hold into logs. */
export function storeError(codes: ErrorFamily, failure: Failure): ReadStoreError {
  const { code, numbers } = failure;
  const has = (set: ReadonlySet<number>): boolean => numbers.some((number) => set.has(number));
  const detail = numbers.length > 0 ? `${code}, SQL error ${numbers.join(', ')}` : code;
  const fail = (problem: 'BUSY' | 'UNAVAILABLE' | 'REFUSED', message: string): ReadStoreError => {
    const full: ReadStoreErrorCode = `${codes}_${problem}`;
    return new ReadStoreError(full, `${message} (${detail})`);
  };
  if (numbers.includes(OVERTAKEN)) {
    return new ReadStoreError(
      'READ_STORE_OVERTAKEN',
      'another rebuild of these read models began; this one has stopped',
    );
  }
  if (numbers.includes(READ_ONLY)) {
    return new ReadStoreError('MEMBERS_READ_ONLY', 'this login may not change the table of members');
  }
  if (has(CONTENDED)) return fail('BUSY', 'the database is held by another transaction');
  if (isTransient(failure) || code === 'EPOOL') return fail('UNAVAILABLE', 'the database cannot be reached');
  if (has(NO_RIGHTS) || code === 'ELOGIN')
    return fail('UNAVAILABLE', 'the database refuses this login or what it may do');
  if (has(NO_SUCH_OBJECT)) return fail('REFUSED', 'a table or column is missing: have the migrations been run?');
  return fail('REFUSED', 'the database refuses the statement');
}
