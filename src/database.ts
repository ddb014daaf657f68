import type { SqlServer } from '../projections/sqlserver-pool.ts';
import { errorCode } from './app/error-code.ts';
import type { Clock, Journal } from './app/ports.ts';

const RETRY_MS = 10_000;
/** A server must not be kept from taking callbacks by a database that is waking up. */
const ANSWER_MS = 3_000;

/**
 * Brings the database's tables up to date while the server starts, and later when it cannot be reached now. What is
 * recorded meanwhile waits in the log.
 * @returns stops trying
 */
export async function migrateWhenReachable(
  sqlServer: Pick<SqlServer, 'migrate'>,
  clock: Clock,
  journal: Journal,
): Promise<() => void> {
  let callOff: () => void = () => {};
  let isStopped = false;
  const attempt = async (): Promise<void> => {
    try {
      const { applied } = await sqlServer.migrate();
      if (applied.length > 0) journal.info({ migrations: applied.join(', ') }, 'the database is up to date');
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'the database could not be brought up to date; it is tried again');
      if (!isStopped) callOff = clock.after(RETRY_MS, () => void attempt());
    }
  };
  await new Promise<void>((resolve) => {
    const late = clock.after(ANSWER_MS, resolve);
    attempt().finally(() => {
      late();
      resolve();
    });
  });
  return () => {
    isStopped = true;
    callOff();
  };
}
