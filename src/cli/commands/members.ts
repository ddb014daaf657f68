import { readFile } from 'node:fs/promises';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { importMembersCsv, importSummary, type MembersImport } from '../../members/import.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, table } from '../output.ts';

export type ImportOptions = { readonly stores: StoreConfig; readonly skipBad: boolean; readonly json: boolean };

/** Imports a CSV file of members: all of it, or nothing unless bad lines may be skipped. */
export async function importMembers(
  file: string,
  { stores, skipBad, json }: ImportOptions,
  output: Output,
): Promise<ExitCode> {
  const done = await importMembersCsv(await readFile(file, 'utf8'), () => openMembers(stores), { skipBad });
  if (json) output.json({ imported: done.imported, problems: done.problems });
  else report(done, output);
  return done.isRefused ? EXIT.finding : EXIT.ok;
}

function report(done: MembersImport, output: Output): void {
  for (const { line, column, message } of done.problems) {
    output.note(`line ${line}${column ? `, ${column}` : ''}: ${message}`);
  }
  if (done.isRefused) output.note('Nothing was imported. Correct these lines, or leave them out with --skip-bad.');
  output.line(importSummary(done));
}

const PAGE = 500;

/** Lists the members with masked numbers; names are not shown. */
export async function listMembers(options: { stores: StoreConfig; json: boolean }, output: Output): Promise<ExitCode> {
  const store = await openMembers(options.stores);
  try {
    const rows: string[][] = [];
    const { problems = () => [] } = store;
    for (let page = await store.list({ limit: PAGE }); page.length > 0; ) {
      for (const member of page) rows.push([member.memberId, maskNumber(member.phoneNumber), member.timeZone ?? '']);
      page = await store.list({ after: page.at(-1)!.memberId, limit: PAGE });
    }
    if (options.json)
      output.json(rows.map(([memberId, phoneNumber, timeZone]) => ({ memberId, phoneNumber, timeZone })));
    else output.line(table(['member', 'number', 'time zone'], rows));
    for (const problem of problems()) output.note(problem);
    return problems().length === 0 ? EXIT.ok : EXIT.finding;
  } finally {
    await store.close();
  }
}
