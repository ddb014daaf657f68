import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import { isCallStream } from '../../domain/streams.ts';
import { chain } from '../../log/hash-chain.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { isTime } from './leaf.ts';
import { createHeads, type Heads } from './runs.ts';

/** Streams that were registered in this hour, some 5 MB; one that was forgotten is registered again. */
const REGISTERED_MAX = 50_000;
const HOUR_MS = 3_600_000;
const HOUR_DIGITS = '2024-05-01T13'.length;

/**
 * A log like the one given, which remembers the heads of all that is appended through it until they are covered, and registers
 * each stream in each hour in which something is appended to it. It must be the one that everything of this process is
 * appended through: what goes past it looks as if a dead process had left it.
 */
export function keepHeads(
  log: CallEventLog,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): { readonly log: CallEventLog; readonly heads: Heads } {
  const heads = createHeads(clock.monotonicMs);
  const registered = createRegistered(clock);
  const register = async (stream: string, at: Date): Promise<void> => {
    const remember = registered.later(at);
    await log.register(stream, at);
    remember(stream);
  };
  return {
    heads,
    log: {
      ...log,
      register,
      async read(stream, fromVersion) {
        const entries = await log.read(stream, fromVersion);
        heads.seen(stream, entries);
        const [first] = entries;
        if (first?.version === 1 && isCallStream(stream)) registered.begun(stream, first.at);
        return entries;
      },
      async append(stream, head, entries) {
        if (!registered.has(stream)) await register(stream, new Date(clock.now()));
        const { at = '' } = entries.at(-1) ?? {};
        // Dated ahead, as after a clock was set back within a call: whoever looks for it looks in that hour.
        if (at.slice(0, HOUR_DIGITS) > registered.hour() && isTime(at)) await log.register(stream, new Date(at));
        try {
          const result = await log.append(stream, head, entries);
          // What adapters return is chained to the head that they were given, and never read from the store.
          if (!('conflict' in result)) heads.appended(head, result.entries);
          return result;
        } catch (error) {
          if (isUnknown(error)) heads.perhapsAppended(head, chain(head, stream, entries));
          throw error;
        }
      },
    },
  };
}

function isUnknown(error: unknown): boolean {
  return error instanceof LogError && error.code === 'LOG_UNKNOWN_OUTCOME';
}

/** Which streams are registered in the hour that it is. */
function createRegistered({ now }: Pick<Clock, 'now'>) {
  const streams = createBoundedMap<true>(REGISTERED_MAX);
  let hour = Number.NaN;
  let hourText = '';
  const turn = (): void => {
    const current = Math.floor(now() / HOUR_MS);
    if (current === hour) return;
    hour = current;
    hourText = new Date(current * HOUR_MS).toISOString().slice(0, HOUR_DIGITS);
    streams.clear();
  };
  return {
    /** As entries begin that are dated in it; as it was when it was last asked about a stream. */
    hour: () => hourText,
    has(stream: string): boolean {
      turn();
      return streams.get(stream) === true;
    },
    /** A call is registered in the hour that its first entry bears, whoever wrote that. */
    begun(stream: string, at: string): void {
      turn();
      if (at.slice(0, HOUR_DIGITS) === hourText) streams.set(stream, true);
    },
    /** Gives what remembers a stream as registered in the hour of `at`, if it is that hour still when it is called. */
    later(at: Date): (stream: string) => void {
      const registeredIn = Math.floor(at.getTime() / HOUR_MS);
      return (stream) => {
        turn();
        if (registeredIn === hour) streams.set(stream, true);
      };
    },
  };
}
