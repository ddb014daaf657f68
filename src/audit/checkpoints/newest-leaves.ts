import { hash } from 'node:crypto';

/** The newest leaf of each name, in a few bytes a name: a tree may have millions. */
export type NewestLeaves = {
  /** To be told of every leaf, in their order. */
  add(name: string, index: number): void;
  /** Null: the name has no leaf. */
  of(name: string): number | null;
};

const SLOTS_MIN = 1_024;
/** Of 53 and 32 bits of a hash: two names in a tree of a billion share them once in ten million trees. */
const HIGH_DIGITS = 13;
const LOW_DIGITS = 8;

/** A table with open addressing: a Map of strings takes ten times the memory. */
export function createNewestLeaves(): NewestLeaves {
  let slots = SLOTS_MIN;
  let table = emptyTable(slots);
  let count = 0;

  const slotOf = (high: number, low: number): number => {
    let slot = low % slots;
    while (table.leaf[slot] !== 0 && !(table.high[slot] === high && table.low[slot] === low)) slot = (slot + 1) % slots;
    return slot;
  };
  const put = (high: number, low: number, leaf: number): void => {
    const slot = slotOf(high, low);
    if (table.leaf[slot] === 0) count += 1;
    table.high[slot] = high;
    table.low[slot] = low;
    table.leaf[slot] = leaf;
  };
  const grow = (): void => {
    const before = table;
    slots *= 2;
    table = emptyTable(slots);
    count = 0;
    for (const [slot, leaf] of before.leaf.entries()) {
      if (leaf !== 0) put(before.high[slot]!, before.low[slot]!, leaf);
    }
  };

  return {
    add(name, index) {
      if (count * 2 >= slots) grow();
      put(...keyOf(name), index + 1);
    },
    of(name) {
      const leaf = table.leaf[slotOf(...keyOf(name))]!;
      return leaf === 0 ? null : leaf - 1;
    },
  };
}

function emptyTable(slots: number) {
  return { high: new Float64Array(slots), low: new Uint32Array(slots), leaf: new Float64Array(slots) };
}

function keyOf(name: string): [high: number, low: number] {
  const digits = hash('sha256', name, 'hex');
  const low = Number.parseInt(digits.slice(HIGH_DIGITS, HIGH_DIGITS + LOW_DIGITS), 16);
  return [Number.parseInt(digits.slice(0, HIGH_DIGITS), 16), low];
}
