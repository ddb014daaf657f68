import type { CallState, Ending } from './call.ts';

/** What ending does to the state: nothing is waited for any more. */
export function end(state: CallState, ending: Ending): Partial<CallState> {
  return { ending: better(state.ending, ending), position: { at: 'ended' }, check: null, deadline: null };
}

/** ACS's own word on how a call ended is kept over our conclusion, whichever was recorded first. */
function better(known: Ending | null, told: Ending): Ending {
  if (!known) return told;
  const fromAcs = (ending: Ending) => ending.by === 'CallDisconnected' || ending.by === 'CreateCallFailed';
  return fromAcs(told) && !fromAcs(known) ? { ...told, at: known.at } : known;
}
