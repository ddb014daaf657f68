/** How fast, and how many calls at once, the provider lets us dial. */
export type DialPolicy = {
  /** Calls held at once for the caller number; ACS allows 2 unless its support has raised it. */
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
};

export const DIAL_POLICY: DialPolicy = { concurrentCalls: 2, callsPerSecond: 10 };

/** How dialling goes over the line of new calls. */
export type DialStatus = {
  /** Over whatever line. */
  readonly waiting: number;
  /** What the settings allow. */
  readonly most: number;
  readonly callsPerSecond: number;
  /** Dials that the provider refused since the start because it was too much at once, over whatever line. */
  readonly throttled: number;
  /** Known legs over whatever line; each line has the limit for itself. */
  readonly active: number;
  readonly limit: number;
  /** Why nothing is dialled at the moment, null when it is. */
  readonly paused: string | null;
  /** In how long somebody is dialled again, by what is known now; null where nothing is paused, or nobody can say. */
  readonly resumesInMs: number | null;
};
