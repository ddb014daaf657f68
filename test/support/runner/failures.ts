import { stripVTControlCharacters } from 'node:util';
import type { Failure } from './suites.ts';

/** More than that of a difference between two large values is read where it stands in full. */
const LINES_MAX = 12;

/** How uvu begins what it says of a test; what it tells of it stands further to the right. */
const HEAD = /^ {2} FAIL /m;

/** The tests that have failed, from what uvu prints of them at the end of a suite. */
export function failuresIn(printed: string): Failure[] {
  const [, ...parts] = stripVTControlCharacters(printed).split(HEAD);
  return parts.map((part) => {
    const [head = '', ...lines] = part.split('\n');
    const found = lines.filter((line) => line.trim() !== '' && !/^ {4}at /.test(line));
    const more = found.length > LINES_MAX ? ['    ...'] : [];
    return { test: head.trim(), found: [...found.slice(0, LINES_MAX), ...more].join('\n') };
  });
}
