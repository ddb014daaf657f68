/** Those that are there at present, in no order. */
export type Present<One> = {
  /** @returns has it leave; a second time nobody leaves */
  enter(one: One): () => void;
  size(): number;
  /** A copy: who is there may change while it is walked. */
  all(): One[];
};

/**
 * For many that come and go within moments. In a Set each table points to the one that takes its place: as soon as one of them
 * is old, the garbage collector's quick rounds take every later one for needed, and with them all that was ever in it.
 */
export function createPresent<One extends object>(): Present<One> {
  const places: (One | null)[] = [];
  const free: number[] = [];
  return {
    enter(one) {
      const place = free.pop() ?? places.length;
      places[place] = one;
      let isThere = true;
      return () => {
        if (!isThere) return;
        isThere = false;
        places[place] = null;
        free.push(place);
      };
    },
    size: () => places.length - free.length,
    all: () => places.filter((one) => one !== null),
  };
}
