/** Names that were added lately. */
type Recent = {
  has(name: string): boolean;
  add(name: string): void;
};

/** Knows at least the last `countMin` names that were added, and at most twice as many. */
export function createRecent(countMin: number): Recent {
  let young = new Set<string>();
  let old = young;
  return {
    has: (name) => young.has(name) || old.has(name),
    add(name) {
      young.add(name);
      if (young.size < countMin) return;
      old = young;
      young = new Set();
    },
  };
}
