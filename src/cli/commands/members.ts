import { readFile } from 'node:fs/promises';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import type { Member } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { type CsvProblem, parseMembersCsv } from '../../members/csv.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, table } from '../output.ts';

export type ImportOptions = { readonly stores: StoreConfig; readonly skipBad: boolean; readonly json: boolean };

/** Imports a CSV file of members: all of it, or nothing unless bad lines may be skipped. */
export async function importMembers(file: string, options: ImportOptions, output: Output): Promise<ExitCode> {
  const { members, problems } = parseMembersCsv(await readFile(file, 'utf8'));
  const refused = problems.length > 0 && !options.skipBad;
  if (!refused) await save(options.stores, members);
  report(members, problems, refused, options, output);
  return refused ? EXIT.finding : EXIT.ok;
}

async function save(stores: StoreConfig, members: readonly Member[]): Promise<void> {
  const store = await openMembers(stores);
  try {
    await store.save(members);
  } finally {
    await store.close();
  }
}

function report(
  members: readonly Member[],
  problems: readonly CsvProblem[],
  refused: boolean,
  { json }: ImportOptions,
  output: Output,
): void {
  const imported = refused ? 0 : members.length;
  if (json) {
    output.json({ imported, problems });
    return;
  }
  for (const { line, column, message } of problems) {
    output.note(`line ${line}${column ? `, ${column}` : ''}: ${message}`);
  }
  if (refused) output.note('Nothing was imported. Correct these lines, or leave them out with --skip-bad.');
  output.line(`${imported} ${imported === 1 ? 'member' : 'members'} imported, ${problems.length} bad lines`);
}

const PAGE = 500;

/** Lists the members with masked numbers; names are not shown. */
export async function listMembers(options: { stores: StoreConfig; json: boolean }, output: Output): Promise<ExitCode> {
  const store = await openMembers(options.stores);
  try {
    const rows: string[][] = [];
    for (let page = await store.list({ limit: PAGE }); page.length > 0; ) {
      for (const member of page) rows.push([member.memberId, maskNumber(member.phoneNumber), member.timeZone ?? '']);
      page = await store.list({ after: page.at(-1)!.memberId, limit: PAGE });
    }
    if (options.json)
      output.json(rows.map(([memberId, phoneNumber, timeZone]) => ({ memberId, phoneNumber, timeZone })));
    else output.line(table(['member', 'number', 'time zone'], rows));
    return EXIT.ok;
  } finally {
    await store.close();
  }
}
