import type { CheckpointHealth } from '../app/api.ts';
import { createAccessCheck } from '../audit/verify/access.ts';
import { createRowCheck } from '../audit/verify/rows.ts';
import type { Verifications } from '../audit/verify/service.ts';
import type { Anchors } from '../audit/verify/tree.ts';
import { type Verification, type VerifyOptions, verifyLog } from '../audit/verify/verify.ts';
import { errorCode } from '../base/coded-error.ts';
import type { Config } from '../config/config.ts';
import type { SqlConfig } from '../config/stores.ts';
import { readVerifier } from '../tlog/keys.ts';
import { untilAwake } from './awake.ts';
import { openCheckpointStore } from './checkpoint-place.ts';
import { providersAt } from './providers.ts';
import { inspectLog, openSql, rowsToCompare } from './stores.ts';
import { systemClock } from './system-clock.ts';

/** What says where everything is that can be checked. */
export type VerifyConfig = Pick<Config, 'dataDir' | 'tables' | 'sql' | 'checkpoints' | 'timeScale'>;

export type VerifyRun = Pick<VerifyOptions, 'onProgress' | 'since'> & {
  readonly anchors: Anchors;
  /** Told when the read models cannot be asked; in words. */
  readonly onUnasked?: (words: string) => void;
};

/** `isWhole`: everything could be asked that there is. */
export type StoresVerification = Verification & { readonly isWhole: boolean };

/**
 * Checks log, tree, rows and the records of who looked, beside a server that may be writing them. It writes nothing.
 * @throws LogError, CheckpointError, ReadStoreError for rows that a later release has written
 */
export async function verifyStores(config: VerifyConfig, run: VerifyRun): Promise<StoresVerification> {
  const log = await inspectLog(config);
  const rows = await openRows(config, run);
  try {
    const lateBefore = new Date(systemClock.now() - 2 * config.checkpoints.everyMs).toISOString();
    const { readStore, access } = rows;
    const rowCheck = readStore && createRowCheck(readStore, providersAt(config.timeScale), lateBefore);
    const accessCheck = access && createAccessCheck(access);
    const result = await verifyLog(log, {
      inspection: log.inspection,
      tree: { store: await openCheckpointStore(config), anchors: run.anchors, lateBefore },
      beside: async (streams) => {
        const rowsOf = await rowCheck?.of(streams);
        return {
          witness: (stream) => rowsOf?.witness(stream),
          also: async (stream, entries) => [
            ...(rowsOf?.also(stream, entries) ?? []),
            ...((await accessCheck?.ofStream(stream, entries)) ?? []),
          ],
        };
      },
      atLast: async () => [...((await rowCheck?.ofNoStream(log)) ?? []), ...((await accessCheck?.ofNoStream()) ?? [])],
      ...(run.onProgress && { onProgress: run.onProgress }),
      ...(run.since && { since: run.since }),
    });
    return { ...result, isWhole: readStore !== null && access !== null };
  } finally {
    await rows.close();
    await log.close();
  }
}

/** Damaged rows must not keep the log from being checked. */
async function openRows(config: VerifyConfig, { onUnasked = () => {} }: VerifyRun) {
  const rows = rowsToCompare(config);
  const readStore = await unlessDamaged(rows.readStore);
  const access = await unlessDamaged(rows.access);
  if (!readStore) {
    onUnasked('there are no read models, or they are damaged: callistra rebuild makes them, for another look');
  }
  if (!access) onUnasked('there are no records of who looked, or damaged ones, to be compared with the log');
  return {
    readStore,
    access,
    async close(): Promise<void> {
      await access?.close();
      await readStore?.close();
    },
  };
}

async function unlessDamaged<T>(open: () => Promise<T | null>): Promise<T | null> {
  try {
    return await open();
  } catch (error) {
    if (errorCode(error) === 'READ_STORE_CORRUPT') return null;
    throw error;
  }
}

type OwnRun = Pick<VerifyRun, 'onUnasked'> & {
  readonly since: Date | null;
  readonly onProgress: (progress: Verification) => void;
};

/** What a server checks by itself: its own key, and whom it asks to sign. It convinces its owner. */
export async function verifyOwn(config: VerifyConfig, { since, ...run }: OwnRun): Promise<StoresVerification> {
  const witnesses = config.checkpoints.witnesses.flatMap(({ verifierKey }) => readVerifier(verifierKey) ?? []);
  const anchors: Anchors = { key: null, known: [], witnesses, quorum: 0 };
  if (config.sql) await wakeSql(config.sql);
  return verifyStores(config, { anchors, ...run, ...(since && { since }) });
}

/** At night a serverless database sleeps. */
async function wakeSql(sql: SqlConfig): Promise<void> {
  const sqlServer = await openSql(sql);
  try {
    await untilAwake(sqlServer.check, systemClock);
  } finally {
    await sqlServer.close();
  }
}

/** For health and metrics: when the log was verified last, and what was found; null: not lately. */
export function verifiedBy({ status }: Pick<Verifications, 'status'>): CheckpointHealth['verified'] {
  const { last } = status();
  return last && { at: last.at, findings: last.findingCount };
}
