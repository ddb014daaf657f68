import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';
import { operationStream } from '../domain/streams.ts';
import type { CallEventLog } from '../log/port.ts';
import { createSideStreams } from '../log/side-streams.ts';

/** A start of a server, as it stands in the log. Written to disk: add optional fields, never rename one. */
export type StartServerBody = {
  readonly version: string;
  /** Drawn anew at each start; batches of checkpoints and access records bear it. */
  readonly process: string;
  /** The line of the key that it signs checkpoints with; null: it has none. */
  readonly verifierKey: string | null;
  /** What it was told to do, without anything secret. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
};

type Told = { warn(fields: { readonly code: string }, message: string): void };

const RETRY_MS = 5_000;

/**
 * Puts a start into the log, in the background and until it stands there: a log that is away for a while keeps no server from
 * starting.
 * @param at ISO 8601 UTC: when it was started
 * @returns gives it up
 */
export function recordStart(
  log: CallEventLog,
  { at, ...body }: StartServerBody & { readonly at: string },
  clock: Pick<Clock, 'after'>,
  journal: Told,
): () => void {
  const streams = createSideStreams(log);
  const entry = {
    kind: 'command',
    type: 'StartServer',
    id: body.process,
    at,
    actor: 'server',
    cause: null,
    data: JSON.stringify(body satisfies StartServerBody),
  } as const;
  let isOver = false;
  let callOff = (): void => {};
  const add = async (): Promise<void> => {
    try {
      await streams.add(operationStream(at), [entry], new Date(at));
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'this start is not in the log yet');
      if (!isOver) callOff = clock.after(RETRY_MS, () => void add());
    }
  };
  void add();
  return () => {
    isOver = true;
    callOff();
  };
}
