import { readFileSync } from 'node:fs';

/** The seeds of `seeds.txt`, in its order. */
export function keptSeeds(): number[] {
  const lines = readFileSync(new URL('seeds.txt', import.meta.url), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const seed = /^\d+/.exec(line)?.[0];
    return seed === undefined ? [] : [Number(seed)];
  });
}
