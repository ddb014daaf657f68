import { closeSync, writeSync } from 'node:fs';
import { errorCode } from '../../base/coded-error.ts';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import type { Members } from '../../domain/member/members.ts';
import { openAnew } from '../../files/private.ts';
import type { CsvOptions } from '../../members/csv.ts';
import { importMembersCsv, importSummary, type MembersImport } from '../../members/import.ts';
import type { CsvProblem, CsvProblemCode, ProblemGroup } from '../../members/problems.ts';
import { createAsk } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { fileBytes } from './file-bytes.ts';
import { servedMembers } from './members-served.ts';
import { recordHere } from './record-here.ts';

export type ImportOptions = CsvOptions & {
  readonly stores: StoreConfig;
  /** Who is asked where a server has the log, and with which API key. */
  readonly server: { readonly url: string; readonly apiKey: string | undefined; readonly isNamed: boolean };
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
  { stores, server, problems, json, ...options }: ImportOptions,
  output: Output,
): Promise<ExitCode> {
  const report = problems === undefined ? null : problemFile(problems);
  try {
    const done = await importMembersCsv(fileBytes(file), () => openRecorded(stores, server), {
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

/** The store here, once it is in the log that members are imported; or a running server, which has the log and does both. */
async function openRecorded(
  stores: StoreConfig,
  { url, apiKey, isNamed }: ImportOptions['server'],
): Promise<Pick<Members, 'save' | 'close'>> {
  const served = () => servedMembers(createAsk(url, apiKey), url);
  if (isNamed) return served();
  const store = await openMembers(stores);
  try {
    // What refuses to be changed says so by itself.
    if (!store.readOnly) await recordHere(stores, { action: 'members-import', calls: [], members: [] });
    return store;
  } catch (error) {
    await store.close();
    if (errorCode(error) === 'LOG_IN_USE') return served();
    throw error;
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

/** What of it a command can be told instead. */
const HINTS: Partial<Record<CsvProblemCode, string>> = {
  MISSING_COLUMN: 'or say with --map what it is called',
  UNKNOWN_COLUMN: 'or leave it out with --ignore, or say with --map which it is',
  BAD_PHONE_NUMBER: 'with --country',
};

function groupLine({ code, isWarning, message, count, lines }: ProblemGroup): string {
  const more = count > lines.length ? ` and ${count - lines.length} more` : '';
  const where = `${count === 1 ? 'line' : 'lines'} ${lines.join(', ')}${more}`;
  const hint = HINTS[code];
  return `${isWarning ? 'warning: ' : ''}${where}: ${message}${hint ? ` (${hint})` : ''}`;
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
