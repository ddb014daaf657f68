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

/** A 503 that says when to come back is taken for one of the door, so that the dial is a new one by then. */
export const unavailableIsRefusal: Planted = {
  ...NOTHING_PLANTED,
  telephony: (telephony) => ({
    ...telephony,
    async send(command, target) {
      const outcome = await telephony.send(command, target);
      if (command.type !== 'PlaceCall' || outcome.type !== 'Unknown' || outcome.retryAfterMs === undefined)
        return outcome;
      return { type: 'Rejected', status: 429, subCode: 0, transient: true, retryAfterMs: outcome.retryAfterMs };
    },
  }),
};

/** Who is told to stop lets what has arrived come to its end first, and goes on dialling until then. */
export const dialsToTheEnd: Planted = { ...NOTHING_PLANTED, dialsOn: true };

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
