/** What is remembered of many, by key. */
export type BoundedMap<Value> = {
  get(key: string): Value | undefined;
  /** Remembers it as the youngest, also when the key was there before. */
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
  size(): number;
  /** A copy, oldest first: what is remembered may change while it is walked. */
  entries(): (readonly [key: string, value: Value])[];
};

/** Remembers at most `most` values: the one that was set longest ago goes first. */
export function createBoundedMap<Value>(most: number): BoundedMap<Value> {
  // A Map iterates in the order of insertion: a key that is put back in is the youngest again.
  const values = new Map<string, Value>();
  return {
    get: (key) => values.get(key),
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size <= most) return;
      const oldest = values.keys().next();
      if (!oldest.done) values.delete(oldest.value);
    },
    delete: (key) => void values.delete(key),
    clear: () => values.clear(),
    size: () => values.size,
    entries: () => [...values],
  };
}
