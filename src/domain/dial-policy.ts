/** How fast, and how many calls at once, the provider lets us dial. */
export type DialPolicy = {
  /** Calls held at once for the caller number; ACS allows 2 unless its support has raised it. */
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
};

export const DIAL_POLICY: DialPolicy = { concurrentCalls: 2, callsPerSecond: 10 };

/** How dialling goes. */
export type DialStatus = {
  readonly waiting: number;
  /** What the settings allow. */
  readonly most: number;
  readonly callsPerSecond: number;
  /** Dials that the provider refused since the start because it was too much at once. */
  readonly throttled: number;
  /** Legs that count against the limit: all known ones, with shared permits those of this instance. */
  readonly active: number;
  readonly limit: number;
  /** Why nothing is dialled at the moment, null when it is. */
  readonly paused: string | null;
  /** In how long somebody is dialled again, by what is known now; null where nothing is paused, or nobody can say. */
  readonly resumesInMs: number | null;
};
