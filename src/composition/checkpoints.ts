import { createWitness } from '../adapters/checkpoints/witness.ts';
import { type CheckpointHealth, NO_CHECKPOINTS } from '../app/api.ts';
import type { Journal } from '../app/ports.ts';
import type { Proofs } from '../audit/api.ts';
import { type Checkpoints, startCheckpoints } from '../audit/checkpoints/checkpoints.ts';
import type { Sealed } from '../audit/checkpoints/moment.ts';
import type { Heads } from '../audit/checkpoints/runs.ts';
import type { Seals } from '../audit/checkpoints/seals.ts';
import { recordStart } from '../audit/starts.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { CallEventLog } from '../log/port.ts';
import { readVerifier } from '../tlog/keys.ts';
import { type CheckpointKeys, checkpointKeys } from './checkpoint-keys.ts';
import { isOnDiskOfLog, missingIn, openCheckpointStore } from './checkpoint-place.ts';
import { shownSettings } from './shown-settings.ts';
import { VERSION } from './version.ts';

/** The checkpoints of a server, which begin when it is up. */
export type ServerCheckpoints = {
  /** How they fare; nothing is the matter before they have begun. */
  health(): CheckpointHealth;
  /** Null: none are made, and `health` says why. */
  readonly proofs: Proofs | null;
  /** For exports; null as `proofs` is. */
  readonly sealed: Sealed | null;
  /** What of calls is sealed; null as `proofs` is. */
  readonly seals: Seals | null;
  /** Returns at once. */
  begin(): void;
  close(): Promise<void>;
};

type Deps = {
  /** The ones that `keepHeads` gave. */
  readonly log: CallEventLog;
  readonly heads: Heads;
  readonly publicBaseUrl: string;
  readonly process: { readonly id: string; readonly startedAt: string };
  readonly clock: Clock;
  readonly journal: Journal;
};

/**
 * Opens what checkpoints need; asks nobody yet.
 * @throws CheckpointError for the address of a container that can never work
 */
export async function openCheckpoints(config: Config, deps: Deps): Promise<ServerCheckpoints> {
  const { log, clock, journal, process } = deps;
  const { everyMs } = config.checkpoints;
  const keys = checkpointKeys(config, deps.publicBaseUrl);
  const missing = missingIn(config);
  const store = missing === null ? await openCheckpointStore(config) : null;
  let running: Checkpoints | null = null;
  let giveUpStart = (): void => {};

  const current = (): Checkpoints => {
    // Requests are answered from the moment on that the server listens, and it begins with that.
    if (!running) throw new Error('the checkpoints have not begun');
    return running;
  };

  return {
    health() {
      if (missing !== null) return { ...NO_CHECKPOINTS, trouble: missing };
      return running ? healthOf(running.status(), everyMs) : NO_CHECKPOINTS;
    },
    proofs: store && {
      newest: () => current().newest(),
      make: () => current().make(),
      tree: () => current().tree(),
      leaf: (index) => current().leaf(index),
      reopen: (reason, actor) => current().reopen(reason, actor),
      status: () => ({ ...current().status(), everyMs }),
    },
    seals: store && { of: (callSessionId) => current().seals.of(callSessionId) },
    sealed: store && {
      verifier: () => current().sealed.verifier(),
      sign: (text) => current().sealed.sign(text),
      moment: (checkpoint) => current().sealed.moment(checkpoint),
    },
    begin() {
      const start = { version: VERSION, process: process.id, settings: shownSettings(config) };
      void verifierKeyOf(keys, missing).then((verifierKey) => {
        giveUpStart = recordStart(log, { ...start, verifierKey, at: process.startedAt }, clock, journal);
      });
      if (!store) return;
      warnOfOneDisk(config, journal);
      const witnesses = config.checkpoints.witnesses.map(({ url, verifierKey }) =>
        createWitness({ url, verifier: readVerifier(verifierKey)! }),
      );
      running = startCheckpoints({ ...deps, store, witnesses, keys, everyMs });
    },
    async close() {
      giveUpStart();
      await running?.close();
    },
  };
}

async function verifierKeyOf(keys: () => Promise<CheckpointKeys>, missing: string | null): Promise<string | null> {
  if (missing !== null) return null;
  return keys().then(
    ({ signers }) => signers[0]?.line ?? null,
    () => null,
  );
}

function healthOf(status: ReturnType<Checkpoints['status']>, everyMs: number): CheckpointHealth {
  return { ...status, verified: null, isLate: status.uncoveredMs > 2 * everyMs };
}

function warnOfOneDisk(config: Config, journal: Journal): void {
  if (!isOnDiskOfLog(config)) return;
  journal.warn(
    { code: 'CHECKPOINT_SAME_DISK' },
    'the checkpoints lie on the disk of the log: who can write that disk can write both; set CHECKPOINT_DIR or CHECKPOINT_CONTAINER_URL',
  );
}
