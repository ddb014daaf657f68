import { isOneOf } from '../../base/one-of.ts';
import type { CallState, Ending } from './call.ts';
import { ENDING_CALLBACKS } from './callback.ts';

/** What ending does to the state: nothing is waited for any more. */
export function end(state: CallState, ending: Ending): Partial<CallState> {
  // A stray leg outlives the call: somebody must see to it.
  const deadline = state.strays.length > 0 ? { at: ending.at, missing: 'retry' as const } : null;
  return { ending: better(state.ending, ending), position: { at: 'ended' }, check: null, doubt: null, deadline };
}

/** ACS's own word on how a call ended is kept over our conclusion, whichever was recorded first. */
function better(known: Ending | null, told: Ending): Ending {
  if (!known) return told;
  const fromAcs = (ending: Ending) => isOneOf(ENDING_CALLBACKS, ending.by);
  return fromAcs(told) && !fromAcs(known) ? { ...told, at: known.at } : known;
}
