import { accessSync, constants } from 'node:fs';
import { makeFolder } from '../files/private.ts';
import { describe, type Finding, failed, ok, warning } from './check.ts';
import type { Database, Queues, TableRights } from './openers.ts';

/** That the files of an embedded server have a place. */
export function checkDirectory(dataDir: string): Finding {
  makeFolder(dataDir);
  accessSync(dataDir, constants.R_OK | constants.W_OK);
  return ok(`${dataDir} can be written`);
}

/**
 * That the log's tables can be read and added to, that what is in them cannot be changed or removed by this identity, and that the row
 * of places can be changed.
 */
export async function checkTables(rights: TableRights, now: () => number): Promise<Finding> {
  const unreadable = await rights.unreadable();
  if (unreadable) return failed(`${unreadable.table} cannot be read: ${describe(unreadable.why)}`);
  const add = await rights.add();
  if (!add.isAllowed) return failed(`entries cannot be added (${add.status})`);
  const places = await rights.places();
  if (!places.isAllowed)
    return failed(
      `nobody can be dialled: ${places.table} cannot be changed (${places.status}); give the identity entities/read, entities/add/action and entities/update/action at this table`,
    );
  const change = await rights.change();
  const remove = await rights.remove();
  if (!change.isAllowed && !remove.isAllowed)
    return clockOff(rights.date(), now()) ?? ok('insert allowed, update and delete refused');
  return warning(
    `insert allowed, but not refused: update (${change.status}), delete (${remove.status}); give the identity a role with entities/read and entities/add/action only`,
  );
}

/** The Date header counts whole seconds, and the answer took its time. */
const OFF_MAX_MS = 5_000 + 1_000;

/** Null where the clocks agree. A server goes by the storage's; tokens and logs go by the machine's. */
function clockOff(date: string | null, nowMs: number): Finding | null {
  const offMs = Math.abs(nowMs - Date.parse(date ?? ''));
  if (!(offMs > OFF_MAX_MS)) return null;
  return warning(`this machine's clock is ${Math.round(offMs / 1_000)} s away from the storage's: have it set right`);
}

/** That the database has been migrated, and lets us read members and write read models. */
export async function checkDatabase({ check, members }: Database): Promise<Finding> {
  const { version, pending, canWrite, readCommittedSnapshot } = await check();
  if (pending.length > 0) return failed(`${version}; not migrated: ${pending.join(', ')}; run "callistra migrate"`);
  if (!canWrite) return failed(`${version}; this login may not write the read models`);
  await members.list({ limit: 1 });
  if (!readCommittedSnapshot) return warning(`${version}; READ_COMMITTED_SNAPSHOT is off: readers wait for writers`);
  return ok(`${version}; migrated, may be written, members can be read`);
}

/** That each queue is there and may be used as we use it. */
export async function checkQueues({ check }: Queues): Promise<Finding> {
  const found = await check();
  const bad = found.filter(({ problem }) => problem !== null);
  if (bad.length > 0) return failed(bad.map(({ queue, problem }) => `${queue}: ${problem}`).join(', '));
  return ok(`${found.map(({ queue }) => queue).join(', ')} may be read and written`);
}
