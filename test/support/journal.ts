import type { Journal, JournalFields } from '../../src/app/ports.ts';

export type JournalLine = { readonly level: string; readonly fields: JournalFields; readonly message: string };

/** A journal that puts down what it is told. */
export function journalInto(lines: JournalLine[]): Journal;
/** @param keep what is put down of a line */
export function journalInto<T>(lines: T[], keep: (line: JournalLine) => T): Journal;
export function journalInto<T>(lines: (T | JournalLine)[], keep?: (line: JournalLine) => T): Journal {
  const write = (level: string) => (fields: JournalFields, message: string) => {
    const line = { level, fields, message };
    lines.push(keep ? keep(line) : line);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
