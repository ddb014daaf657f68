import type { DialPermit } from '../../src/app/ports.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';

/** Each instance grants itself whatever it asks for, as if it were alone. */
export const permitsOfOnesOwn: Planted = {
  ...NOTHING_PLANTED,
  permits: () => ({ acquire: async () => ALWAYS, turn: async () => 'granted' }),
};

/** The place is given back as soon as the phone rings, not when the call is over. */
export const placeGivenBackEarly: Planted = {
  ...NOTHING_PLANTED,
  permits: (permits, { sim }) => ({
    ...permits,
    async acquire() {
      const permit = await permits.acquire();
      if ('held' in permit) sim.scheduler.after(2_000, () => void permit.release());
      return permit;
    },
  }),
};

const ALWAYS: DialPermit = { held: () => true, release: async () => {} };
