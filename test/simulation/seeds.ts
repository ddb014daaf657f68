import { readFileSync } from 'node:fs';

/** A seed that has failed; `queues`: its instances shared queues, `clocks`: they were set. */
export type KeptSeed = { readonly seed: number; readonly queues: boolean; readonly clocks: boolean };

/** The seeds of `seeds.txt`, in its order. */
export function keptSeeds(): KeptSeed[] {
  const lines = readFileSync(new URL('seeds.txt', import.meta.url), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, seed, queues, clocks] = /^(\d+)( \+queues)?( \+clocks)?/.exec(line) ?? [];
    return seed === undefined
      ? []
      : [{ seed: Number(seed), queues: queues !== undefined, clocks: clocks !== undefined }];
  });
}
