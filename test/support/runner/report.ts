import type { Counts, Result } from './suites.ts';

/**
 * Prints what of a run one looks for in the end of its log: what failed, whose errors stand in full above, and the counts.
 * @param slowest how many of the suites that took longest are named
 * @returns whether all is well
 */
export function report(results: readonly Result[], slowest: number): boolean {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print('');
  for (const { suite, ms } of [...results].sort((a, b) => b.ms - a.ms).slice(0, slowest)) {
    print(`took ${(ms / 1_000).toFixed(1).padStart(6)} s: ${suite}`);
  }
  for (const { suite, failures, problem } of [...results].sort((a, b) => a.suite.localeCompare(b.suite))) {
    for (const { test, found } of failures) print(`FAILED: ${suite} ${test}\n${found}`);
    if (problem !== null) print(`FAILED: ${suite} ${problem}`);
  }
  const sum = (label: keyof Counts): number => results.reduce((total, each) => total + each[label], 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  const isNothing = passed + failed + skipped === 0;
  if (isNothing) print('no test ran');
  print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return !isNothing && failed === 0;
}
