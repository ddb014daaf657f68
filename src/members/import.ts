import type { Members } from '../domain/member/members.ts';
import { type CsvProblem, parseMembersCsv } from './csv.ts';

/** What became of a file of members. */
export type MembersImport = {
  readonly imported: number;
  readonly problems: readonly CsvProblem[];
  /** Nothing was imported, for there are bad lines that were not to be skipped. */
  readonly isRefused: boolean;
};

/**
 * Imports the text of a CSV file: all of it, or nothing unless bad lines may be skipped.
 * @param open the store, which is closed again; not opened for what is refused
 */
export async function importMembersCsv(
  csv: string,
  open: () => Promise<Pick<Members, 'save' | 'close'>>,
  { skipBad = false }: { readonly skipBad?: boolean } = {},
): Promise<MembersImport> {
  const { members, problems } = parseMembersCsv(csv);
  if (problems.length > 0 && !skipBad) return { imported: 0, problems, isRefused: true };
  const store = await open();
  try {
    await store.save(members);
  } finally {
    await store.close();
  }
  return { imported: members.length, problems, isRefused: false };
}

/** One line for whoever asked for it. */
export function importSummary({ imported, problems }: MembersImport): string {
  return `${imported} ${imported === 1 ? 'member' : 'members'} imported, ${problems.length} bad lines`;
}
