import { LOCK_TIMEOUT, NOT_MIGRATED } from './errors.ts';
import { LATEST } from './migrations.ts';
import { quoteText, type TableNames } from './names.ts';

const WAIT_MS = 5_000;

/** What one transaction at a time may do; taken in this order where both are needed, so that no two wait for each other. */
type Lock = 'migrations' | 'rebuild' | 'rows' | 'notices' | 'access' | 'members';

/**
 * Begins a transaction on the read models that holds these locks to its end. A lock of the application, and not hints on
 * rows: two writers of the same new call would both find no row (READ COMMITTED holds no lock on what is not there), and
 * Babelfish knows no such hints. The batch is whole on the server when it begins, so a lost client never keeps a lock.
 */
export function begin(tables: TableNames, locks: readonly Lock[]): string {
  const { lockScope, migrations } = tables;
  const fail = `THROW ${NOT_MIGRATED}, 'not migrated', 1;`;
  // Asked before the transaction: in one, a missing table would end the batch and leave the transaction open, with its
  // locks, on a connection that goes back to the pool.
  return `SET NOCOUNT ON; SET XACT_ABORT ON;
IF OBJECT_ID(${quoteText(migrations)}, 'U') IS NULL ${fail}
IF NOT EXISTS (SELECT 1 FROM ${migrations} WHERE Id = ${quoteText(LATEST)}) ${fail}
${beginLocked(lockScope, locks)}`;
}

/** Begins a transaction that holds these locks to its end. */
export function beginLocked(lockScope: string, locks: readonly Lock[]): string {
  return `SET NOCOUNT ON; SET XACT_ABORT ON;
BEGIN TRANSACTION;
${take(lockScope, locks, WAIT_MS)}`;
}

/** Takes the locks inside a transaction. */
export function take(lockScope: string, locks: readonly Lock[], waitMs: number): string {
  return `DECLARE @lock INT;\n${takeInto(lockScope, locks, waitMs)}`;
}

/** The same where `@lock` is declared already. */
export function takeInto(lockScope: string, locks: readonly Lock[], waitMs: number): string {
  const each = locks.map(
    (lock) => `EXEC @lock = sp_getapplock @Resource = ${quoteText(`callistra:${lockScope}:${lock}`)},
  @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = ${waitMs};
IF @lock < 0 THROW ${LOCK_TIMEOUT}, 'another transaction holds the lock', 1;`,
  );
  return each.join('\n');
}
