import type { CallRows } from '../../projections/ports.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';

/** A second process sends now and then what the first one has sent. */
export const twoDispatchers: Planted = {
  ...NOTHING_PLANTED,
  telephony: (telephony, { sim, life }) => ({
    ...telephony,
    send(command, target) {
      const second = () => (life.alive ? void telephony.send(command, target) : undefined);
      if (sim.hit('second-dispatcher', 0.1)) sim.scheduler.after(sim.between('second-after', 0, 2_000), second);
      return telephony.send(command, target);
    },
  }),
};

/** No answer in time is booked as a refusal. */
export const timeoutIsFailure: Planted = {
  ...NOTHING_PLANTED,
  telephony: (telephony) => ({
    ...telephony,
    async send(command, target) {
      const outcome = await telephony.send(command, target);
      const timedOut = outcome.type === 'Unknown' && outcome.reason === 'timeout';
      return timedOut ? { type: 'Rejected', status: 408, subCode: 0, transient: false } : outcome;
    },
  }),
};

/** How far the rows are is written apart from the rows, so that it stays when the rows are lost. */
export const checkpointAheadOfRows: Planted = {
  ...NOTHING_PLANTED,
  readStore: (store) => ({
    ...store,
    async write(calls) {
      try {
        await store.write(calls);
      } catch (error) {
        await store.write(calls.map(withoutResponses)).catch(() => {});
        throw error;
      }
    },
  }),
};

/** Whatever waits is measured by the time on the wall, which somebody sets. */
export const waitsByTheWall: Planted = {
  ...NOTHING_PLANTED,
  clock: (clock) => ({ ...clock, monotonicMs: clock.now }),
};

function withoutResponses({ session }: CallRows): CallRows {
  return { session, responses: [] };
}
