import { CodedError } from '../../base/coded-error.ts';
import type { CloseCallBody } from '../../domain/call/bodies.ts';
import type { Entry, NewEntry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import { transact } from '../../log/transact.ts';

/** A call was set aside: its stream holds something that this program cannot handle. Operators are told by name. */
export class CallParkedError extends CodedError<'CALL_PARKED'> {
  override readonly name = 'CallParkedError';
  /** Somebody has given the call up: nothing more is to be done for it. */
  readonly isClosed: boolean;

  constructor(callSessionId: string, { isClosed = false, ...options }: ErrorOptions & { isClosed?: boolean } = {}) {
    super('CALL_PARKED', `call ${callSessionId} is set aside`, options);
    this.isClosed = isClosed;
  }
}

/** Calls that are set aside: the streams are read as entries at most, never as calls. */
export type ParkedCalls = {
  /** @throws CallParkedError when the call is set aside */
  refuse(callSessionId: string): void;
  /** Sets it aside. Resolves with what whoever asked for it is told. */
  add(callSessionId: string, cause: unknown): Promise<CallParkedError>;
  /** It is tried again. */
  remove(callSessionId: string): void;
  /**
   * Records that somebody gives it up, behind whatever cannot be handled.
   * @throws LogError when the stream cannot be read at all, or not be written
   */
  close(callSessionId: string, by: Closing): Promise<void>;
  /** Those that nobody has given up. */
  list(): readonly string[];
};

/** `actor`: `<role>:<name>`. */
export type Closing = {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
};

export function createParkedCalls(log: Pick<CallEventLog, 'read' | 'append'>): ParkedCalls {
  const closed = new Map<string, boolean>();

  const errorFor = (callSessionId: string, cause?: unknown): CallParkedError =>
    new CallParkedError(callSessionId, { cause, isClosed: closed.get(callSessionId) === true });

  return {
    refuse(callSessionId) {
      if (closed.has(callSessionId)) throw errorFor(callSessionId);
    },
    async add(callSessionId, cause) {
      closed.set(callSessionId, false);
      // What cannot be read nobody has closed either.
      const entries = await log.read(callSessionId).catch(() => []);
      closed.set(callSessionId, entries.some(isClosing));
      return errorFor(callSessionId, cause);
    },
    remove: (callSessionId) => void closed.delete(callSessionId),
    async close(callSessionId, { id, at, actor, reason }) {
      const body: CloseCallBody = { because: 'no-word', reason };
      const entry: NewEntry = {
        kind: 'command',
        type: 'CloseCall',
        id,
        at,
        actor,
        cause: null,
        data: JSON.stringify(body),
      };
      await transact(log, {
        stream: callSessionId,
        empty: () => false,
        fold: (isClosed, entries) => isClosed || entries.some(isClosing),
        decide: (isClosed) => ({ entries: isClosed ? [] : [entry], answer: null }),
      });
      closed.set(callSessionId, true);
    },
    list: () => [...closed].filter(([, isClosed]) => !isClosed).map(([callSessionId]) => callSessionId),
  };
}

/** Whether it ends a call by the word of staff; what the flow has closed is read as a call, or not at all. */
function isClosing({ kind, type, actor }: Entry): boolean {
  return kind === 'command' && type === 'CloseCall' && actor !== 'flow';
}
