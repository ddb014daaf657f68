/** The next number of a stream, at least 0 and below 1. */
export type Random = () => number;

/**
 * A stream of random numbers of its own for one concern of one thing. Streams do not share state, so that switching one
 * fault on leaves what the others do unchanged.
 *
 * @param seed 32-bit seed of the whole run
 * @param concern what the numbers decide, such as `duplicate`
 * @param key whom they decide it for, such as a call
 */
export function randomFor(seed: number, concern: string, key = ''): Random {
  return mulberry32(hash32(`${seed >>> 0}|${concern}|${key}`));
}

/** True in `rate` of all cases; draws a number even at 0 and 1, so that the stream stays in step. */
export function chance(random: Random, rate: number): boolean {
  return random() < rate;
}

/** A whole number from 0 up to, not including, `below`. */
export function wholeBelow(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** A UUID in version 4 form whose digits come from `random`. */
export function uuidFrom(random: Random): string {
  const hex = () => wholeBelow(random, 0x10000).toString(16).padStart(4, '0');
  const variant = '89ab'.charAt(wholeBelow(random, 4));
  return `${hex()}${hex()}-${hex()}-4${hex().slice(1)}-${variant}${hex().slice(1)}-${hex()}${hex()}${hex()}`;
}

/** FNV-1a, finished with a murmur mix because FNV's low bits alone are too regular for similar keys. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
