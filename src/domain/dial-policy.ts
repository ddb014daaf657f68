/** How fast, and how many calls at once, the provider lets us dial. */
export type DialPolicy = {
  /** Calls held at once for the caller number; ACS allows 2 unless its support has raised it. */
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
};

export const DIAL_POLICY: DialPolicy = { concurrentCalls: 2, callsPerSecond: 10 };
