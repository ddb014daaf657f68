import type { CallSessionRow, ReadStore } from '../../projections/ports.ts';
import { type CallEventLog, LogError } from '../log/port.ts';

/**
 * Whether a log is the one that the read models were made from.
 * - `same`: it has what the newest rows were made from; or there are no rows
 * - `behind`: entries are missing that the rows show, and others are there
 * - `another`: it knows none of these calls
 */
export type Kinship = 'same' | 'behind' | 'another';

/** Enough for one call that was lost alone not to look like a lost log; few enough to be read at every start. */
const ROWS = 5;

/**
 * Compares the newest calls of the read models with the log. Rows are written after the log, so one of which the log knows
 * less is the word of a witness: what was in the log is gone, or this is not the log.
 * @throws LogError, ReadStoreError
 */
export async function kinshipOf(log: Pick<CallEventLog, 'read'>, readStore: Pick<ReadStore, 'list'>): Promise<Kinship> {
  const rows = await readStore.list({ filter: {}, limit: ROWS });
  const known = await Promise.all(rows.map((row) => entriesOf(log, row)));
  if (rows.length > 0 && known.every((entries) => entries === 0)) return 'another';
  return known.every((entries, index) => entries >= rows[index]!.version) ? 'same' : 'behind';
}

async function entriesOf(log: Pick<CallEventLog, 'read'>, { callSessionId, version }: CallSessionRow): Promise<number> {
  try {
    const entries = await log.read(callSessionId);
    return entries.at(-1)?.version ?? 0;
  } catch (error) {
    // A damaged stream is there; what is wrong with it is said elsewhere.
    if (error instanceof LogError && error.code === 'LOG_CORRUPT' && error.version !== undefined) return version;
    throw error;
  }
}
