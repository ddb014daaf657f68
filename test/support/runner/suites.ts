import { readdirSync } from 'node:fs';

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** A test that has failed, as uvu words it: its name, and what it found, without the places in the code. */
export type Failure = { readonly test: string; readonly found: string };

/** How a suite ended; a problem is what none of its tests has said itself. */
export type Ended = Counts & { readonly problem: string | null; readonly failures: readonly Failure[] };

/** What the process of the suites tells. */
export type SuiteNews =
  | { readonly suite: string; readonly state: 'loading' | 'running' }
  | ({ readonly suite: string; readonly state: 'ended' } & Ended);

/** What stands in the output of that process after a suite. */
export const END_OF_OUTPUT = '\0';

/** How a suite went, and how long it took with its loading. */
export type Result = Ended & { readonly suite: string; readonly ms: number };

/**
 * The suites of a folder, `app/notices.test.ts`, by name.
 * @param pattern those whose name matches; whatever it says, nothing but a suite is one
 */
export function suitesIn(folder: string, pattern: string): string[] {
  const wanted = new RegExp(pattern, 'i');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.test.ts') && wanted.test(name)).sort((a, b) => a.localeCompare(b));
}
