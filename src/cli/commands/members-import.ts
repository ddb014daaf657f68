import { closeSync, writeSync } from 'node:fs';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import { openAnew } from '../../files/private.ts';
import type { CsvOptions } from '../../members/csv.ts';
import { importMembersCsv, importSummary, type MembersImport } from '../../members/import.ts';
import type { CsvProblem, ProblemGroup } from '../../members/problems.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { fileBytes } from './file-bytes.ts';

export type ImportOptions = CsvOptions & {
  readonly stores: StoreConfig;
  readonly skipBad: boolean;
  /** Says what would become of it, and saves nothing. */
  readonly preview: boolean;
  /** A file for every problem, one a line; one that is there is replaced. */
  readonly problems?: string;
  readonly json: boolean;
};

/** Imports a CSV file of members: all of it, or nothing unless bad records may be skipped. */
export async function importMembers(
  file: string,
  { stores, problems, json, ...options }: ImportOptions,
  output: Output,
): Promise<ExitCode> {
  const report = problems === undefined ? null : problemFile(problems);
  try {
    const done = await importMembersCsv(fileBytes(file), () => openMembers(stores), {
      ...options,
      ...(report && { onProblem: report.add }),
      onProgress: (records) => output.progress(`${records} records read`),
    });
    output.progress('');
    if (json) output.json(resultOf(done));
    else tell(done, options, output);
    if (report) output.note(`All problems stand in ${problems}.`);
    return done.isRefused ? EXIT.finding : EXIT.ok;
  } finally {
    report?.close();
  }
}

function resultOf({ imported, counts, groups, problems }: MembersImport) {
  return { imported, ...(counts ?? { new: 0, changed: 0, unchanged: 0 }), groups, problems };
}

function tell(done: MembersImport, { skipBad }: Pick<ImportOptions, 'skipBad'>, output: Output): void {
  for (const group of done.groups) output.note(groupLine(group));
  if (done.isRefused) output.note(refusal(done, skipBad));
  output.line(importSummary(done));
}

function refusal({ badRecords }: MembersImport, skipBad: boolean): string {
  if (skipBad) return 'Nothing was imported: not one record is good.';
  return `Nothing was imported. Correct ${badRecords === 1 ? 'this' : 'these'}, or leave bad records out with --skip-bad.`;
}

function groupLine({ isWarning, message, count, lines }: ProblemGroup): string {
  const more = count > lines.length ? ` and ${count - lines.length} more` : '';
  const where = `${count === 1 ? 'line' : 'lines'} ${lines.join(', ')}${more}`;
  return `${isWarning ? 'warning: ' : ''}${where}: ${message}`;
}

const BUFFERED = 500;

/** Problems in a file of its own, which nobody else may read: who reads it has the members' file, too. */
function problemFile(path: string) {
  const file = openAnew(path);
  let lines = ['line,column,code,kind,otherLine,message\n'];
  const write = (): void => {
    writeSync(file, lines.join(''));
    lines = [];
  };
  return {
    add({ line, column, code, isWarning, otherLine, message }: CsvProblem): void {
      const words = `"${message.replaceAll('"', '""')}"`;
      const kind = isWarning ? 'warning' : 'problem';
      lines.push(`${line},${column ?? ''},${code},${kind},${otherLine ?? ''},${words}\n`);
      if (lines.length >= BUFFERED) write();
    },
    close(): void {
      write();
      closeSync(file);
    },
  };
}
