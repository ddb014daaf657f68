import type { ReadStore } from '../../projections/ports.ts';
import type { CallAppDeps } from '../../src/app/call-app.ts';
import type { PlaceStore, Telephony } from '../../src/app/ports.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { chain } from '../../src/log/hash-chain.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import type { Life } from './port-call.ts';
import type { Sim } from './sim.ts';
import type { Sealing } from './trail.ts';

/** Where a bug is planted: in which world, in which life of which instance. */
export type Plot = { readonly sim: Sim; readonly life: Life };

/** A bug that a test plants around the real code, to see that the simulation finds it. */
export type Planted = {
  log(log: CallEventLog, plot: Plot): CallEventLog;
  readStore(store: ReadStore, plot: Plot): ReadStore;
  telephony(telephony: Telephony, plot: Plot): Telephony;
  places(places: PlaceStore, plot: Plot): PlaceStore;
  readonly step?: NonNullable<CallAppDeps['step']>;
  readonly clock?: (clock: Clock) => Clock;
  readonly decide?: (plot: Plot) => NonNullable<CallAppDeps['decide']>;
  readonly chain?: typeof chain;
  /** Who is told to stop stops taking requests first, and dialling last. */
  readonly dialsOn?: boolean;
  /** Somebody writes the store past the log, and knows how we make hashes. */
  readonly forges?: boolean;
} & Sealing;

/** The real code as it is. */
export const NOTHING_PLANTED: Planted = {
  log: (log) => log,
  readStore: (store) => store,
  telephony: (telephony) => telephony,
  places: (places) => places,
};
