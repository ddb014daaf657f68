import { keepHeads } from '../audit/checkpoints/heads.ts';
import { BY_NIGHT, createChecks } from '../audit/verify/night.ts';
import type { Verification } from '../audit/verify/verify.ts';
import type { Clock } from '../base/clock.ts';
import { randomIds } from './ids.ts';
import { openLog } from './stores.ts';
import { type StoresVerification, type VerifyConfig, verifyOwn } from './verification.ts';

export type NightlyRun = {
  readonly onProgress: (progress: Verification) => void;
  readonly onUnasked: (words: string) => void;
  /** Told what was found before it is recorded: the log may not take it. */
  readonly onFound: (report: StoresVerification) => void;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
};

/**
 * Does this night's check of the log beside the servers that share it, as one of them would, and records it. What it appends
 * has no leaf when it ends: the servers' look reads it back.
 * @returns false: another process has this night's
 * @throws LogError (LOG_IN_USE: a server has a log in a file), CheckpointError, ReadStoreError
 */
export async function verifyTonight(config: VerifyConfig, run: NightlyRun): Promise<boolean> {
  const { clock, onProgress, onUnasked, onFound } = run;
  const opened = await openLog(config);
  try {
    const checks = createChecks({
      log: keepHeads(opened, clock).log,
      clock,
      process: randomIds.uuid(),
      async verify(since, onShare) {
        const report = await verifyOwn(config, { since, onProgress: onShare, onUnasked });
        onFound(report);
        return report;
      },
    });
    const scope = await checks.claimNight();
    if (scope === null) return false;
    await checks.run({ scope, actor: BY_NIGHT, onProgress });
    return true;
  } finally {
    await opened.close();
  }
}
