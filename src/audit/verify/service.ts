import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { BY_NIGHT, type Check, type ChecksDeps, createChecks, NIGHT_HOUR } from './night.ts';
import { createResults, type LastVerification } from './results.ts';
import type { Verification } from './verify.ts';

/** Checks of the whole log inside a server. */
export type Verifications = {
  /** Looks from now on whether it is night: a process that refuses to start must not have taken the night from the others. */
  nightly(): void;
  /** Begins one now; false: one is under way. @param actor who asks */
  begin(actor: string): boolean;
  /**
   * What is under way here, and what the last one found, whoever made it: one of another process within a quarter of an hour.
   * Null: there is none. No I/O.
   */
  status(): { readonly underWay: Verification | null; readonly last: LastVerification | null };
  close(): void;
};

export type VerificationsDeps = ChecksDeps & {
  readonly clock: Clock;
  readonly journal: Journal;
};

type Fields = Readonly<Record<string, string | number>>;
type Journal = {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
};

const LOOK_MS = 15 * 60_000;

/**
 * Checks the log every night, in one of the processes that share it: the one whose append of the beginning wins. Once a week
 * everything, else what has moved. Each result is an entry.
 */
export function createVerifications(deps: VerificationsDeps): Verifications {
  const { log, clock, journal } = deps;
  const checks = createChecks(deps);
  const results = createResults(log);
  let underWay: Verification | null = null;
  let closed = false;
  let callOff = (): void => {};

  const run = async (check: Pick<Check, 'scope' | 'actor'>): Promise<void> => {
    underWay = NOTHING_YET;
    try {
      const onProgress = (progress: Verification): void => {
        underWay = progress;
      };
      const onFound = (result: LastVerification): void => {
        results.found(result);
        tell(result);
      };
      await checks.run({ ...check, onProgress, onFound });
    } catch (error) {
      journal.error({ code: errorCode(error) }, 'the log could not be verified');
    } finally {
      underWay = null;
    }
  };

  const tell = ({ scope, entries, findingCount, noteCount }: LastVerification): void => {
    const fields = { scope, entries, findingCount, noteCount };
    if (findingCount === 0) journal.info(fields, 'the log was verified');
    else journal.error(fields, 'the log contradicts itself or its tree: callistra audit verify names where');
  };

  const lookForResults = async (): Promise<void> => {
    try {
      await results.look(clock.now());
    } catch (error) {
      // A day that was damaged must not keep the next night from finding that.
      journal.warn({ code: errorCode(error) }, 'what others have verified could not be looked up');
    }
  };

  const lookForNight = async (): Promise<void> => {
    if (new Date(clock.now()).getUTCHours() !== NIGHT_HOUR || underWay !== null) return;
    try {
      const scope = await checks.claimNight();
      if (scope !== null) await run({ scope, actor: BY_NIGHT });
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'whether it is time to verify the log could not be looked up');
    }
  };

  const look = async (): Promise<void> => {
    await lookForResults();
    await lookForNight();
    if (!closed) callOff = clock.after(LOOK_MS, () => void look());
  };

  return {
    nightly() {
      callOff = clock.after(0, () => void look());
    },
    begin(actor) {
      if (underWay !== null) return false;
      void run({ scope: 'all', actor });
      return true;
    },
    status: () => ({ underWay, last: results.newest() }),
    close() {
      closed = true;
      callOff();
    },
  };
}

const NOTHING_YET: Verification = {
  streams: 0,
  entries: 0,
  simulatedCalls: 0,
  findings: [],
  findingCount: 0,
  notes: [],
  noteCount: 0,
  restsOn: null,
  share: null,
};
