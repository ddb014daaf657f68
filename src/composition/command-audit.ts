import { userInfo } from 'node:os';
import type { AccessPage, AccessRecord, AccessRecords } from '../../projections/access.ts';
import { catchUpAccess } from '../audit/access/catch-up.ts';
import { DEFAULT_PURPOSE, type Look } from '../audit/access/look.ts';
import { createAccessRecorder } from '../audit/access/recorder.ts';
import { accessRecords } from '../audit/access/records.ts';
import type { CallEventLog } from '../log/port.ts';
import { randomIds } from './ids.ts';
import { openAccess, openLog, type StoreConfig } from './stores.ts';
import { systemClock } from './system-clock.ts';

/** What a command knows of the look that it grants; the rest is who runs it. */
export type CommandLook = Pick<Look, 'action' | 'calls' | 'members'> &
  Partial<Pick<Look, 'purpose' | 'reason' | 'fields'>>;

/** The log of a command that shows data where no server runs: by whoever is logged in here. */
export type CommandAudit = {
  readonly log: CallEventLog;
  /** Who that is, as the log names them. */
  readonly actor: string;
  /** To be awaited before anything is shown. @throws LogError */
  look(shown: CommandLook): Promise<void>;
  /** Who looked, from rows that have all that the log has. @throws LogError, ReadStoreError */
  looks(page: AccessPage): Promise<readonly AccessRecord[]>;
  close(): Promise<void>;
};

/**
 * Opens the log as its owner, which only one can be.
 * @throws LogError LOG_IN_USE: a server has it, and is to be asked instead
 */
export async function openCommandAudit(config: StoreConfig): Promise<CommandAudit> {
  const log = await openLog(config);
  const recorded: AccessRecords[] = [];
  const recorder = createAccessRecorder({
    log,
    clock: systemClock,
    freshId: randomIds.uuid,
    process: randomIds.uuid(),
    recorded: (stream, entries) => void recorded.push(accessRecords(stream, entries)),
  });
  const actor = `operator:${userName()}`;
  return {
    log,
    actor,
    look: ({ purpose = DEFAULT_PURPOSE, ...shown }) =>
      recorder.record({
        ...shown,
        actor,
        by: 'os-user',
        roles: ['Operator'],
        purpose,
        requestId: randomIds.uuid(),
        address: null,
      }),
    async looks(page) {
      const store = await openAccess(config, { now: systemClock.now });
      try {
        await catchUpAccess({ log, store, nowMs: systemClock.now() });
        return await store.list(page);
      } finally {
        await store.close();
      }
    },
    async close() {
      await recorder.close();
      await log.close();
      // The next start of a server finds in the log what cannot be written now.
      await show(config, recorded).catch(() => {});
    },
  };
}

async function show(config: StoreConfig, recorded: readonly AccessRecords[]): Promise<void> {
  if (recorded.length === 0) return;
  const store = await openAccess(config, { now: systemClock.now });
  try {
    await store.write(recorded);
  } finally {
    await store.close();
  }
}

/** As an actor may be named; a container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username.replaceAll(/[^A-Za-z0-9._-]/g, '_') || 'unknown';
  } catch {
    return 'unknown';
  }
}
