import { readFile } from 'node:fs/promises';
import type { CommandLook } from '../../composition/command-audit.ts';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { importMembersCsv, importSummary, type MembersImport } from '../../members/import.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, table } from '../output.ts';
import { type Asked, askOrDo } from '../served.ts';
import { recordHere } from './record-here.ts';

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

export type ListOptions = Asked & {
  readonly stores: StoreConfig;
  readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'>;
  readonly json: boolean;
};

/** Lists the members with masked numbers; names are not shown. */
export async function listMembers(client: ApiClient, options: ListOptions, output: Output): Promise<ExitCode> {
  const served = async (): Promise<ExitCode> => {
    const rows: Row[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<ApiClient['members']>> = await client.members(cursor);
      rows.push(
        ...page.members.map(({ memberId, phoneNumber, timeZone }) => [memberId, phoneNumber, timeZone ?? ''] as const),
      );
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    tell(rows, options, output);
    return EXIT.ok;
  };
  return askOrDo(options, served, () => listHere(options, output), output);
}

type Row = readonly [memberId: string, phoneNumber: string, timeZone: string];

async function listHere(options: ListOptions, output: Output): Promise<ExitCode> {
  const { stores, whatFor } = options;
  const store = await openMembers(stores);
  try {
    const rows: Row[] = [];
    const { problems = () => [] } = store;
    for (let page = await store.list({ limit: PAGE }); page.length > 0; ) {
      for (const member of page) rows.push([member.memberId, maskNumber(member.phoneNumber), member.timeZone ?? '']);
      page = await store.list({ after: page.at(-1)!.memberId, limit: PAGE });
    }
    const members = rows.map(([memberId]) => memberId);
    await recordHere(stores, { action: 'members-list', calls: [], members, ...whatFor });
    tell(rows, options, output);
    for (const problem of problems()) output.note(problem);
    return problems().length === 0 ? EXIT.ok : EXIT.finding;
  } finally {
    await store.close();
  }
}

function tell(rows: readonly Row[], { json }: ListOptions, output: Output): void {
  if (json) output.json(rows.map(([memberId, phoneNumber, timeZone]) => ({ memberId, phoneNumber, timeZone })));
  else output.line(table(['member', 'number', 'time zone'], rows));
}

/** Shows one number whole; why stands in the log. */
export async function revealNumber(
  memberId: string,
  client: ApiClient,
  options: ListOptions,
  output: Output,
): Promise<ExitCode> {
  const show = (phoneNumber: string): ExitCode => {
    if (options.json) output.json({ memberId, phoneNumber });
    else output.line(phoneNumber);
    return EXIT.ok;
  };
  const here = async (): Promise<ExitCode> => {
    const store = await openMembers(options.stores);
    try {
      const member = await store.find(memberId);
      if (member) {
        const shown = { action: 'number-revealed', calls: [], members: [memberId] } as const;
        await recordHere(options.stores, { ...shown, ...options.whatFor });
        return show(member.phoneNumber);
      }
      output.note('MEMBER_NOT_FOUND: There is no such member');
      return EXIT.finding;
    } finally {
      await store.close();
    }
  };
  return askOrDo(options, async () => show(await client.number(memberId)), here, output);
}
