import { readFileSync } from 'node:fs';
import { readTroubles, type Trouble } from './troubles.ts';

/**
 * A seed that has failed; `isShared`: its instances shared places and queues, `clocks`: they were set, `troubles`: what its world knew of
 * besides.
 */
export type KeptSeed = {
  readonly seed: number;
  readonly isShared: boolean;
  readonly clocks: boolean;
  readonly troubles: readonly Trouble[];
};

const SWITCHES = ['shared', 'clocks'];

/** The seeds of `seeds.txt`, in its order. */
export function keptSeeds(): KeptSeed[] {
  const lines = readFileSync(new URL('seeds.txt', import.meta.url), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, seed, marks = ''] = /^(\d+)((?: \+[a-z-]+)*)/.exec(line) ?? [];
    if (seed === undefined) return [];
    const words = marks.split(' +').filter((word) => word !== '');
    const troubles = words.filter((word) => !SWITCHES.includes(word));
    return [
      {
        seed: Number(seed),
        isShared: words.includes('shared'),
        clocks: words.includes('clocks'),
        troubles: readTroubles(troubles.join() || 'none'),
      },
    ];
  });
}
