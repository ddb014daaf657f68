import { isOneOf } from '../../base/one-of.ts';
import type { CallState, Ending } from './call.ts';
import { ENDED_BY } from './callback.ts';
import type { End } from './disposition.ts';
import { teamsAccountOf } from './line.ts';
import { isFirstReading } from './provider.ts';
import type { Update } from './updated.ts';

/** What ending does to the state: nothing is waited for any more. */
export function end(state: CallState, ending: Ending): Update {
  // A leg that is not hung up yet, or of which nobody has said whose it is, outlives the call: somebody must see to it.
  const isWatched = state.strays.length > 0 || state.claims.some(({ stands }) => stands === 'asked');
  const deadline = isWatched ? { at: ending.at, missing: 'retry' as const } : null;
  return {
    ending: better(state, ending),
    position: { at: 'ended' },
    untoldLegAt: null,
    check: null,
    doubt: null,
    deadline,
  };
}

/** Of an end that the provider has not told itself nothing says that the member hung up. */
export function hungUpUntold({ initiate }: Pick<CallState, 'initiate'>): End['hungUp'] {
  return isFirstReading(initiate) ? 'always' : 'never';
}

/**
 * The provider's own word on how a call ended is kept over our conclusion, whichever was recorded first. Of a call over a Teams
 * resource account that nobody takes it says both words (Place server-initiated outbound calls with Teams Phone Extensibility, 28 Aug
 * 2026): that it was never connected tells more.
 */
function better({ ending: known, initiate }: CallState, told: Ending): Ending {
  if (!known) return told;
  const isTold = ({ by }: Ending) => isOneOf(ENDED_BY, by);
  const saysMore =
    teamsAccountOf(initiate.callerId) !== null && told.by === 'not-connected' && known.by === 'disconnected';
  return isTold(told) && (!isTold(known) || saysMore) ? { ...told, at: known.at } : known;
}
