import type { CallState } from '../../domain/call/call.ts';
import type { Input } from '../../domain/call/input.ts';
import { type Provider, readingOf } from '../../domain/call/provider.ts';
import type { FoldedCall } from '../../domain/call/stream.ts';
import type { CachedCall } from './call-cache.ts';

/** Deliveries go now to one instance, now to another: that nothing of others was found once does not say that it is over. */
const LOOKS = 2;

/**
 * How often more the log is read before what comes next is decided upon.
 * @param known the call as it was known before, absent: not at all
 * @param state what was found
 * @param looks how often without that
 */
export function looksAfter(known: FoldedCall | undefined, state: CallState | null, looks: number): number {
  return wasToldToOthers(known, state) ? LOOKS : looks;
}

/** Whether others have recorded what the provider told. Who only dialled the call is not told of it. */
function wasToldToOthers(known: FoldedCall | undefined, state: CallState | null): boolean {
  let left = (state?.version ?? 0) - (known?.head.version ?? 0);
  for (let node = state?.seen ?? null; node && left > 0; node = node.before) {
    if (node.kind === 'callback') return true;
    left -= 1;
  }
  return false;
}

/** Whether the log likely holds more of a call than is known here. */
export function isBehind(providers: readonly Provider[], { state, looks }: CachedCall, input: Input): boolean {
  // What was read for something else may have told already that its time has not come.
  if (input.type === 'Deadline' && !(state?.deadline && input.at >= state.deadline.at)) return false;
  if (input.type !== 'Callback' || !state) return looks > 0;
  // Nobody can be told of a call that was not dialled: another instance has dialled it.
  if (state.dials === 0) return true;
  return looks > 0 && !isNext(providers, state, input);
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
  for (let node = state.seen; node; node = node.before) if (node.kind === 'command') return node.id === told.commandId;
  return false;
}
