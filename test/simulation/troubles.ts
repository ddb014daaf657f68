import type { Sim } from './sim.ts';

/**
 * What only some worlds know of. Each has a share of all seeds of its own, drawn apart, so that the days of seeds from before it
 * are what they were.
 */
export const TROUBLES = [
  'refusals',
  'strays',
  'full-log',
  'damage',
  'shutdowns',
  'checkpoints',
  'teams',
  'lines',
  'pace',
] as const;

export type Trouble = (typeof TROUBLES)[number];

/** Of all seeds. */
const RATE = 0.15;

/** Those of a seed. */
export function drawTroubles(sim: Sim): Trouble[] {
  return TROUBLES.filter((trouble) => sim.hit(`has-${trouble}`, RATE));
}

/** @throws TypeError for a word that is none of them, nor `none` or `all` */
export function readTroubles(text: string): readonly Trouble[] {
  if (text === 'none') return [];
  if (text === 'all') return TROUBLES;
  return text.split(',').map((word) => {
    const trouble = TROUBLES.find((known) => known === word);
    if (!trouble) throw new TypeError(`--with takes none, all or some of ${TROUBLES.join(',')}, not "${word}"`);
    return trouble;
  });
}
