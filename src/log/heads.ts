import type { Head } from '../domain/entries.ts';

/** The heads of the streams that were appended to last; what is not in it has to be read from the store. */
export type Heads = {
  get(stream: string): Head | undefined;
  set(stream: string, head: Head): void;
  clear(): void;
};

/** Keeps at most `countMax` heads and forgets the one that was used longest ago. */
export function createHeads(countMax: number): Heads {
  // A Map iterates in the order of insertion: a head that is put back in is the youngest again.
  const heads = new Map<string, Head>();
  return {
    get: (stream) => heads.get(stream),
    set(stream, head) {
      heads.delete(stream);
      heads.set(stream, head);
      if (heads.size <= countMax) return;
      for (const oldest of heads.keys()) {
        heads.delete(oldest);
        return;
      }
    },
    clear: () => heads.clear(),
  };
}
