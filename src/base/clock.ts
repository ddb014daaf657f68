/** Time as a value, so that tests and simulations own it. */
export type Clock = {
  /** Milliseconds since 1970, for what people and the log see. It may be set to another time at any moment. */
  now(): number;
  /**
   * Milliseconds since some moment, for whatever waits: it never goes back and never leaps when the clock is set, and it
   * counts what the machine was suspended.
   */
  monotonicMs(): number;
  /**
   * Runs `task` once after `delayMs` of that time, however long; the returned function calls it off. What is no positive
   * number is no delay, and Infinity never comes.
   */
  after(delayMs: number, task: () => void): () => void;
};
