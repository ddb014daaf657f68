/** On which line a number came first; a fifth of the memory that a Map takes for half a million of them. */
export type NumberLines = {
  /** The line where it came first; undefined: here and now, on this one. */
  first(number: number, line: number): number | undefined;
  clear(): void;
};

const SLOTS_AT_FIRST = 1_024;

/** @param number is not 0, and is whole or at least always the same one for the same thing */
export function numberLines(): NumberLines {
  let numbers = new Float64Array(SLOTS_AT_FIRST);
  let lines = new Uint32Array(SLOTS_AT_FIRST);
  let count = 0;

  const slotOf = (number: number): number => {
    const mask = numbers.length - 1;
    let slot = Math.imul(number % 0x7fffffff, 0x9e3779b1) >>> 0;
    for (slot = (slot ^ (slot >>> 15)) & mask; numbers[slot] !== 0 && numbers[slot] !== number; )
      slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const [before, beforeLines] = [numbers, lines];
    numbers = new Float64Array(before.length * 2);
    lines = new Uint32Array(before.length * 2);
    for (const [index, number] of before.entries()) {
      if (number === 0) continue;
      const slot = slotOf(number);
      numbers[slot] = number;
      lines[slot] = beforeLines[index]!;
    }
  };
  return {
    first(number, line) {
      if (count * 4 > numbers.length * 3) grow();
      const slot = slotOf(number);
      if (numbers[slot] === number) return lines[slot];
      numbers[slot] = number;
      lines[slot] = line;
      count += 1;
      return undefined;
    },
    clear() {
      numbers = new Float64Array(SLOTS_AT_FIRST);
      lines = new Uint32Array(SLOTS_AT_FIRST);
      count = 0;
    },
  };
}

/** A text as a number of 53 bits, never 0: two texts share one once in some billion pairs, good enough for a warning. */
export function numberOf(text: string): number {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13);
  }
  return (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff) + 1;
}
