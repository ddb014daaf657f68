import { ReadStoreError } from '../../projections/ports.ts';
import type { SqlServer } from '../../projections/sqlserver/pool.ts';
import type { Journal } from '../app/ports.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';

const RETRY_MS = 10_000;

/**
 * Brings the database's tables up to date beside the start, which no database that is waking up may hold up, and tries
 * again while it cannot be reached. What is recorded meanwhile waits in the log.
 * @returns stops trying
 */
export function migrateWhenReachable(
  sqlServer: Pick<SqlServer, 'migrate'>,
  clock: Clock,
  journal: Journal,
): () => void {
  let callOff: () => void = () => {};
  let isStopped = false;
  const attempt = async (): Promise<void> => {
    try {
      const { applied } = await sqlServer.migrate();
      if (applied.length > 0) journal.info({ migrations: applied.join(', ') }, 'the database is up to date');
    } catch (error) {
      const reason = error instanceof ReadStoreError ? { reason: error.message } : {};
      journal.warn(
        { code: errorCode(error), ...reason },
        'the database could not be brought up to date; it is tried again',
      );
      if (!isStopped) callOff = clock.after(RETRY_MS, () => void attempt());
    }
  };
  void attempt();
  return () => {
    isStopped = true;
    callOff();
  };
}
