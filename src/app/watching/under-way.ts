/** Work that nobody waits for, and that must be over before its parts are closed. */
export type UnderWay = {
  run<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is under way, also of what began meanwhile. */
  settled(): Promise<void>;
};

/** Keeps account of work until it is over, well or not. */
export function createUnderWay(): UnderWay {
  const underWay = new Set<Promise<unknown>>();
  return {
    run(work) {
      underWay.add(work);
      const done = (): void => void underWay.delete(work);
      work.then(done, done);
      return work;
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
