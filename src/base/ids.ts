/** New identifiers, so that simulations own them too. */
export type Ids = {
  /** A UUID of version 4. */
  uuid(): string;
  /** A UUID of version 7: calls sort by when they were opened. */
  callSessionId(nowMs: number): string;
};
