import type { Clock } from '../../base/clock.ts';
import type { NewEntry } from '../../domain/entries.ts';
import { operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { createSideStreams } from '../../log/side-streams.ts';
import { bodyOf, type LastVerification, type Scope } from './results.ts';
import type { Verification } from './verify.ts';

export type ChecksDeps = {
  /**
   * Registers each stream in each hour in which something is appended to it: a check may end hours after it began, and what the
   * register does not name in that hour is found by no look for heads.
   */
  readonly log: CallEventLog;
  /** Runs one check with what the composition knows of stores, tree and rows. @throws LogError, CheckpointError */
  readonly verify: (since: Date | null, onProgress: (progress: Verification) => void) => Promise<Verification>;
  readonly clock: Pick<Clock, 'now'>;
  /** Drawn anew at each start. */
  readonly process: string;
};

export type Check = {
  readonly scope: Scope;
  /** Who asked for it. */
  readonly actor: string;
  readonly onProgress?: (progress: Verification) => void;
  /** Told what was found before it is recorded: the log may not take it. */
  readonly onFound?: (result: LastVerification) => void;
};

/** Checks of the log that are recorded in it, by a server or by a job. */
export type Checks = {
  /**
   * Takes this night's check for this process, by an append of which only one can be. Who dies in it leaves the next night's to
   * somebody. A night is a day in UTC.
   * @returns what is to be checked; null: another process has it
   * @throws LogError
   */
  claimNight(): Promise<Scope | null>;
  /** @throws LogError, CheckpointError */
  run(check: Check): Promise<void>;
};

/** In UTC. Whoever reaches people by telephone does not do it then, in any zone that the numbers of one country lie in. */
export const NIGHT_HOUR = 7;
/** Who has asked for the check of a night. */
export const BY_NIGHT = 'server';
const ALL_ON_DAY = 0;
const RECENT_MS = 2 * 86_400_000;

export function createChecks({ log, verify, clock, process }: ChecksDeps): Checks {
  const streams = createSideStreams(log);
  return {
    async claimNight() {
      const now = new Date(clock.now());
      const at = now.toISOString();
      const entry = entryOf('BeginVerification', { process }, { id: `night/${at.slice(0, 10)}`, at, actor: BY_NIGHT });
      const added = await streams.add(operationStream(at), [entry], now);
      if (added.length === 0) return null;
      return now.getUTCDay() === ALL_ON_DAY ? 'all' : 'recent';
    },
    async run({ scope, actor, onProgress = () => {}, onFound = () => {} }) {
      const since = scope === 'recent' ? new Date(clock.now() - RECENT_MS) : null;
      const result = await verify(since, onProgress);
      const ended = new Date(clock.now());
      const at = ended.toISOString();
      const body = bodyOf(scope, result);
      onFound({ ...body, at, actor });
      const entry = entryOf('EndVerification', body, { id: `${process}/${at}`, at, actor });
      await streams.add(operationStream(at), [entry], ended);
    },
  };
}

type Named = Pick<NewEntry, 'id' | 'at' | 'actor'>;

function entryOf(type: string, body: object, { id, at, actor }: Named): NewEntry {
  return { kind: 'command', type, id, at, actor, cause: null, data: JSON.stringify(body) };
}
