import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { inTime } from '../../base/time-limit.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import type { LogStatus } from '../api.ts';
import type { Journal } from '../ports.ts';

/** Listens to the log, and finds out by itself how it fares when nothing is to be heard. */
export type LogWatch = {
  /** The log as before; what becomes of each append is heard here. */
  readonly log: CallEventLog;
  /** Begins to look after the log, in which this stream is known to be. */
  start(stream: string): void;
  status(): LogStatus;
  /** Looks at the log if it has not been heard of lately. Resolves in bounded time. */
  look(): Promise<void>;
  close(): void;
};

export type LogWatchDeps = {
  readonly log: CallEventLog;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Whether there is room enough to go on after a failure. */
  readonly hasRoom: () => Promise<boolean>;
};

/** A platform asks every 5 to 10 seconds: a log that is lost is then seen within 10. */
const SILENT_MS = 8_000;
const ANSWER_MS = 1_500;
/** A server that is out of service gets no traffic that could prove it well again. */
const RETRY_MS = 5_000;

type Watching = Omit<LogWatchDeps, 'log'> & {
  readonly log: CallEventLog;
  stream: string | null;
  /** When it was last known to take entries. */
  heardAtMs: number;
  failures: number;
  failure: { readonly reason: string; readonly restart: boolean } | null;
  /** The look that is under way: however many ask, the log is asked once. */
  looking: Promise<void> | null;
  callOff: (() => void) | null;
  closed: boolean;
};

export function createLogWatch(deps: LogWatchDeps): LogWatch {
  const watching: Watching = {
    ...deps,
    stream: null,
    heardAtMs: deps.clock.monotonicMs(),
    failures: 0,
    failure: null,
    looking: null,
    callOff: null,
    closed: false,
  };
  return {
    log: listenedTo(watching),
    start(stream) {
      watching.stream = stream;
      if (watching.failure) lookLater(watching);
    },
    status: () => ({
      failures: watching.failures,
      silentMs: deps.clock.monotonicMs() - watching.heardAtMs,
      trouble: watching.failure?.reason ?? null,
      restart: watching.failure?.restart ?? false,
    }),
    async look() {
      // Looked at every few seconds already, whoever asks.
      if (watching.failure) return;
      const silentMs = deps.clock.monotonicMs() - watching.heardAtMs;
      if (silentMs <= SILENT_MS) return;
      await lookNow(watching);
    },
    close() {
      watching.closed = true;
      watching.callOff?.();
    },
  };
}

function listenedTo(watching: Watching): CallEventLog {
  const { log } = watching;
  const hearFailure = (error: unknown): void => {
    if (isOutage(error)) failed(watching, error);
  };
  return {
    ...log,
    // Beside the caller's way, which must not become longer.
    append(stream, head, entries) {
      const appended = log.append(stream, head, entries);
      appended.then(() => well(watching), hearFailure);
      return appended;
    },
    // An initiate comes to nothing here already. That it went well says little: what is known is not written again.
    register(stream, at) {
      const registered = log.register(stream, at);
      registered.catch(hearFailure);
      return registered;
    },
  };
}

/** Not one that is about what was to be appended. */
function isOutage(error: unknown): boolean {
  return error instanceof LogError && error.code !== 'LOG_TOO_LARGE';
}

function well(watching: Watching): void {
  watching.heardAtMs = watching.clock.monotonicMs();
  if (!watching.failure) return;
  watching.failure = null;
  watching.journal.info({ failures: watching.failures }, 'the log takes entries again');
}

function failed(watching: Watching, error: unknown): void {
  watching.failures += 1;
  notWell(watching, error);
}

function notWell(watching: Watching, error: unknown): void {
  const code = errorCode(error);
  const reason = error instanceof LogError ? error.message : code;
  if (!watching.failure) watching.journal.error({ code, reason }, 'the log takes no entries');
  watching.failure = { reason, restart: error instanceof LogError && error.restart };
  lookLater(watching);
}

function lookLater(watching: Watching): void {
  if (watching.callOff || watching.closed || watching.stream === null) return;
  watching.callOff = watching.clock.after(RETRY_MS, () => {
    watching.callOff = null;
    if (watching.failure) void lookNow(watching).then(() => watching.failure && lookLater(watching));
  });
}

async function lookNow(watching: Watching): Promise<void> {
  watching.looking ??= probe(watching).finally(() => {
    watching.looking = null;
  });
  const answer = await inTime(watching.looking, ANSWER_MS, watching.clock.after);
  if (answer === 'late') notWell(watching, new LogError('LOG_UNAVAILABLE', 'the log does not answer'));
}

async function probe(watching: Watching): Promise<void> {
  const { stream, log, hasRoom } = watching;
  if (stream === null) return;
  try {
    await log.probe(stream);
    // An append that fitted proves more than this, but after a failure the next one might not fit.
    if (watching.failure && !(await hasRoom())) {
      throw new LogError('LOG_UNAVAILABLE', 'the disk has less room than DISK_RESERVE');
    }
    well(watching);
  } catch (error) {
    notWell(watching, error);
  }
}
