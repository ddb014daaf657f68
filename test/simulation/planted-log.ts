import { type Entry, type Head, headOf, type NewEntry } from '../../src/domain/entries.ts';
import { chain } from '../../src/log/hash-chain.ts';
import { type AppendResult, type CallEventLog, LogError } from '../../src/log/port.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';

type Append = CallEventLog['append'];

/** The log with another way to append. */
function appending(change: (append: Append, log: CallEventLog) => Append): Planted {
  return {
    ...NOTHING_PLANTED,
    log: (log) => ({ ...log, append: change((stream, head, entries) => log.append(stream, head, entries), log) }),
  };
}

function pretend(stream: string, head: Head, entries: readonly NewEntry[]): { readonly entries: readonly Entry[] } {
  return { entries: chain(head, stream, entries) };
}

function codeOf(error: unknown): string {
  return error instanceof LogError ? error.code : 'BUG';
}

/** A callback is answered while its write is still under way. */
export const answerBeforeCommit = appending((append) => async (stream, head, entries) => {
  if (entries[0]?.kind !== 'callback') return append(stream, head, entries);
  append(stream, head, entries).catch(() => {});
  return pretend(stream, head, entries);
});

/** Who loses the race for a deadline acts on it all the same. */
export const noClaim = appending((append) => async (stream, head, entries) => {
  const result = await append(stream, head, entries);
  return 'conflict' in result && entries[0]?.type === 'DeadlinePassed' ? pretend(stream, head, entries) : result;
});

/** An error of the log is taken for success, as by a handler that catches everything. */
export const errorSwallowed = appending((append) => async (stream, head, entries) => {
  try {
    return await append(stream, head, entries);
  } catch (error) {
    if (codeOf(error) !== 'LOG_UNAVAILABLE') throw error;
    return pretend(stream, head, entries);
  }
});

/** What cannot be read of a stream is passed over, as if the rest were the call. */
export const damagePassedOver: Planted = {
  ...NOTHING_PLANTED,
  log: (log) => ({
    ...log,
    async read(stream, from) {
      try {
        return await log.read(stream, from);
      } catch (error) {
        if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT') throw error;
        return log.read(stream, (error.version ?? 0) + 1);
      }
    },
  }),
};

/** An unknown outcome is taken for a failure, and the same entries are appended again behind whatever is there. */
export const blindRetry = appending((append, log) => async (stream, head, entries): Promise<AppendResult> => {
  try {
    return await append(stream, head, entries);
  } catch (error) {
    if (codeOf(error) !== 'LOG_UNKNOWN_OUTCOME') throw error;
    return append(stream, headOf(await log.read(stream), head), entries);
  }
});

/** Whether a member has an open call is not decided by the write that opens one. */
export const checkOutsideLog = appending((append, log) => async (stream, head, entries) => {
  const result = await append(stream, head, entries);
  if (!('conflict' in result) || !stream.startsWith('member:')) return result;
  return append(stream, headOf(await log.read(stream), head), entries);
});

/** A stream is put on the list when it has been written, not before. */
export const registeredAfterAppend: Planted = {
  ...NOTHING_PLANTED,
  log(log) {
    const owed = new Map<string, Date>();
    return {
      ...log,
      async register(stream, at) {
        owed.set(stream, at);
      },
      async append(stream, head, entries) {
        const result = await log.append(stream, head, entries);
        const at = owed.get(stream);
        if (at) await log.register(stream, at);
        return result;
      },
    };
  },
};

async function* nothing(): AsyncIterable<string> {
  yield* [];
}

/** A started instance does not look for what others left behind. */
export const deadlinesLostOnRestart: Planted = {
  ...NOTHING_PLANTED,
  log: (log) => ({ ...log, registered: nothing }),
  readStore: (store) => ({ ...store, open: async () => [] }),
};

/** The chain is computed over what a JSON library makes of the bytes, not over the bytes. */
export const chainOverParsedJson: Planted = {
  ...NOTHING_PLANTED,
  chain(head, stream, entries) {
    const parsed = entries.map((entry) => ({ ...entry, data: JSON.stringify(JSON.parse(entry.data)) }));
    return chain(head, stream, parsed).map((entry, index) => ({ ...entry, data: entries[index]!.data }));
  },
};
