import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { Entry, NewEntry } from '../../domain/entries.ts';
import { operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { createSideStreams, type SideStreams } from '../../log/side-streams.ts';
import type { Finding } from './findings.ts';
import type { RestsOn } from './tree.ts';
import type { Verification } from './verify.ts';

/** What is checked: everything, or what was registered within the last two days. */
export type Scope = 'all' | 'recent';

/** What came of a check, as it stands in the log: `EndVerification`. Stored for years: add optional fields only. */
export type VerificationBody = {
  readonly scope: Scope;
  readonly streams: number;
  readonly entries: number;
  readonly findingCount: number;
  readonly noteCount: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly restsOn: RestsOn | null;
};

export type LastVerification = VerificationBody & { readonly at: string; readonly actor: string };

/** Checks of the whole log inside a server. */
export type Verifications = {
  /** Begins one now; false: one is under way. @param actor who asks */
  begin(actor: string): boolean;
  /** What is under way, and what the last one found; null: there is none. No I/O. */
  status(): { readonly underWay: Verification | null; readonly last: LastVerification | null };
  close(): void;
};

export type VerificationsDeps = {
  readonly log: CallEventLog;
  /** Runs one check with what the composition knows of stores, tree and rows. @throws LogError, CheckpointError */
  readonly verify: (since: Date | null, onProgress: (progress: Verification) => void) => Promise<Verification>;
  readonly clock: Clock;
  /** Drawn anew at each start. */
  readonly process: string;
  readonly journal: Journal;
};

type Fields = Readonly<Record<string, string | number>>;
type Journal = {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
};

/** In UTC. Whoever reaches people by telephone does not do it then, in any zone that the numbers of one country lie in. */
const NIGHT_HOUR = 7;
const ALL_ON_DAY = 0;
const DAY_MS = 86_400_000;
const LOOK_MS = 15 * 60_000;
const RECENT_MS = 2 * DAY_MS;
/** Beside the last result nothing is looked for; a server that was down for longer has none until the next night. */
const LOOK_BACK_DAYS = 8;
const FINDINGS_KEPT = 20;

/**
 * Checks the log every night, in one of the servers that share it: the one whose append of the beginning wins. Once a week
 * everything, else what has moved. Each result is an entry.
 */
export function startVerifications(deps: VerificationsDeps): Verifications {
  const { log, clock, journal } = deps;
  const streams = createSideStreams(log);
  let underWay: Verification | null = null;
  let last: LastVerification | null = null;
  let closed = false;
  let callOff = clock.after(0, () => void look());

  const run = async (scope: Scope, actor: string): Promise<void> => {
    underWay = NOTHING_YET;
    try {
      const since = scope === 'recent' ? new Date(clock.now() - RECENT_MS) : null;
      const result = await deps.verify(since, (progress) => {
        underWay = progress;
      });
      const ended = new Date(clock.now());
      const at = ended.toISOString();
      const body = bodyOf(scope, result);
      last = { ...body, at, actor };
      tell(body);
      const entry = entryOf('EndVerification', body, { id: `${deps.process}/${at}`, at, actor });
      await streams.add(operationStream(at), [entry], ended);
    } catch (error) {
      journal.error({ code: errorCode(error) }, 'the log could not be verified');
    } finally {
      underWay = null;
    }
  };

  const tell = ({ scope, entries, findingCount, noteCount }: VerificationBody): void => {
    const fields = { scope, entries, findingCount, noteCount };
    if (findingCount === 0) journal.info(fields, 'the log was verified');
    else journal.error(fields, 'the log contradicts itself or its tree: callistra audit verify names where');
  };

  const look = async (): Promise<void> => {
    try {
      last ??= await newestResult(log, clock.now());
      const now = new Date(clock.now());
      if (now.getUTCHours() === NIGHT_HOUR && underWay === null && (await isMine(streams, deps.process, now))) {
        await run(now.getUTCDay() === ALL_ON_DAY ? 'all' : 'recent', 'server');
      }
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'whether it is time to verify the log could not be looked up');
    }
    if (!closed) callOff = clock.after(LOOK_MS, () => void look());
  };

  return {
    begin(actor) {
      if (underWay !== null) return false;
      void run('all', actor);
      return true;
    },
    status: () => ({ underWay, last }),
    close() {
      closed = true;
      callOff();
    },
  };
}

const NOTHING_YET: Verification = {
  streams: 0,
  entries: 0,
  findings: [],
  findingCount: 0,
  notes: [],
  noteCount: 0,
  restsOn: null,
  share: null,
};

function bodyOf(scope: Scope, result: Verification): VerificationBody {
  const { streams, entries, findingCount, noteCount, findings, restsOn } = result;
  return { scope, streams, entries, findingCount, noteCount, findings: findings.slice(0, FINDINGS_KEPT), restsOn };
}

type Named = Pick<NewEntry, 'id' | 'at' | 'actor'>;

function entryOf(type: string, body: object, { id, at, actor }: Named): NewEntry {
  return { kind: 'command', type, id, at, actor, cause: null, data: JSON.stringify(body) };
}

/** Whether this night's check falls to this server. One that dies in it leaves the next night's to somebody. */
async function isMine(streams: SideStreams, process: string, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const entry = entryOf('BeginVerification', { process }, { id: `night/${at.slice(0, 10)}`, at, actor: 'server' });
  return (await streams.add(operationStream(at), [entry], now)).length > 0;
}

async function newestResult(log: Pick<CallEventLog, 'read'>, nowMs: number): Promise<LastVerification | null> {
  for (let day = 0; day < LOOK_BACK_DAYS; day += 1) {
    const entries = await log.read(operationStream(new Date(nowMs - day * DAY_MS).toISOString()));
    const found = entries.findLast(({ type }) => type === 'EndVerification');
    if (found) return resultIn(found);
  }
  return null;
}

function resultIn({ at, actor, data }: Entry): LastVerification {
  return { ...(JSON.parse(data) as VerificationBody), at, actor };
}
