import type { Outcome, RunOptions } from './run.ts';

/** How to see a failure again. */
export function repeatCommand(seed: number, { log = 'memory', isShared, clocks, troubles }: RunOptions): string {
  const settings = [
    ...(log === 'tables' ? ['--log tables'] : []),
    ...(isShared === undefined ? [] : [`--instances ${isShared ? 'shared' : 'apart'}`]),
    ...(clocks === undefined ? [] : [`--clocks ${clocks ? 'on' : 'off'}`]),
    ...(troubles === undefined ? [] : [`--with ${troubles.join(',') || 'none'}`]),
  ];
  return ['npm run sim --', `--seed ${seed}`, ...settings, '--trace'].join(' ');
}

const LINES_SHOWN = 400;

/** A failure for people: what was broken, how to repeat it, and what led to it. */
export function describeFailure({ seed, failure, lines }: Outcome, options: RunOptions = {}): string {
  if (!failure) return '';
  const shown = lines.slice(-LINES_SHOWN);
  const left = lines.length - shown.length;
  return [
    ...(left > 0 ? [`(${left} lines before these)`] : []),
    ...shown,
    '',
    `seed ${seed}: "${failure.promise}" does not hold: ${failure.what}`,
    `repeat: ${repeatCommand(seed, options)}`,
    '',
  ].join('\n');
}

/** The first line in which two traces of the same seed differ, null when they are equal. */
export function firstDifference(one: Outcome, two: Outcome): string | null {
  const index = one.lines.findIndex((line, at) => line !== two.lines[at]);
  if (index < 0 && one.lines.length === two.lines.length && one.steps === two.steps) return null;
  return `line ${index}: "${one.lines[index] ?? 'end'}" and "${two.lines[index] ?? 'end'}"`;
}
