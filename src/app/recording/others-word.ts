import type { CallState } from '../../domain/call/call.ts';
import type { Input } from '../../domain/call/input.ts';
import { type Provider, readingOf } from '../../domain/call/provider.ts';
import { hasSeenOfLate, isNewestCommand } from '../../domain/call/seen.ts';
import type { FoldedCall } from '../../domain/call/stream.ts';

/** Knows whether what the provider tells reaches now one instance, now another: then a call has mostly gone on elsewhere. */
export type OthersWord = {
  /** Whether the log likely holds more of a call than is known here. */
  isBehind(known: FoldedCall, input: Input): boolean;
  /**
   * Learns from what was found in the log.
   * @param known the call as it was known before, absent: not at all
   * @param input what it was read for; absent: for nothing that was told
   */
  found(known: FoldedCall | undefined, state: CallState | null, input?: Input): void;
};

/** Deliveries are dealt by chance: that nothing of others was found some times does not say that it is over. */
const LOOKS = 8;

/** @param providers by whose rules calls are read */
export function createOthersWord(providers: readonly Provider[]): OthersWord {
  /** So often more the log is read before what was told is decided upon. */
  let looks = 0;
  return {
    isBehind(known, input) {
      if (input.type !== 'Callback') return false;
      // Nobody can be told of a call that was not dialled: another instance has dialled it.
      if (!known.state || known.state.dials === 0) return true;
      return looks > 0 && !isNext(providers, known.state, input);
    },
    found(known, state, input) {
      if (known && wasToldToOthers(known, state)) looks = LOOKS;
      else if (input?.type === 'Callback') looks = Math.max(0, looks - 1);
    },
  };
}

/** Whether others have recorded what the provider told. Who only dialled the call is not told of it. */
function wasToldToOthers(known: FoldedCall, state: CallState | null): boolean {
  return state !== null && hasSeenOfLate(state.seen, 'callback', state.version - known.head.version);
}

/** Whether it is the result of the newest command that is known: what others wrote would have caused another. */
function isNext(
  providers: readonly Provider[],
  state: CallState,
  { eventType, data, source }: Input & { readonly type: 'Callback' },
): boolean {
  if (source !== undefined) return false;
  const told = readingOf(providers, state.initiate)?.callback(eventType, data);
  if (!told || !('commandId' in told) || told.commandId === null) return false;
  return isNewestCommand(state, told.commandId);
}
