import { CodedError } from '../base/coded-error.ts';
import type { MemberChange, Members, SaveCounts } from '../domain/member/members.ts';
import { type CsvOptions, type FileBytes, readMembersCsv } from './csv.ts';
import { type CsvProblem, createFindings, type Findings } from './problems.ts';
import { nothingSeen, type Seen } from './values.ts';

/** What became of a file of members. */
export type MembersImport = Findings & {
  /** All that were saved: the sum of `counts`; of a preview, those that would be. */
  readonly imported: number;
  /** Null: nothing was saved; of a preview that compares, what saving would come to. */
  readonly counts: SaveCounts | null;
  /** Nothing was imported: there are bad records that were not to be skipped, or no good ones. */
  readonly isRefused: boolean;
};

export type ImportOptions = CsvOptions & {
  /** The good records are imported although there are bad ones. */
  readonly skipBad?: boolean;
  /** Nothing is saved. */
  readonly preview?: boolean;
  /** Tells of a preview what saving would come to; absent: that is not told. */
  readonly compare?: Members['compare'];
  /** Told of every problem, in the order of the file. */
  readonly onProblem?: (problem: CsvProblem) => void;
  /** Told how many records were looked at, now and then. */
  readonly onProgress?: (records: number) => void;
  /** Awaited now and then, where others must have their turn; absent: nobody waits. */
  readonly breathe?: () => Promise<unknown>;
};

/** So many members are kept from the first reading; a larger file is read again, for it would not fit into memory. */
const KEPT = 50_000;
const BREATH = 500;

/**
 * Imports a CSV file: all of it, or nothing unless bad records may be skipped. A column that the file does not have leaves
 * what is known of the members alone.
 * @param bytes is gone through once, or once more for each time the store goes through the members
 * @param open the store, which is closed again; not opened for what is refused, nor for a preview
 * @throws CodedError FILE_CHANGED between two readings; ReadStoreError
 */
export async function importMembersCsv(
  bytes: FileBytes,
  open: () => Promise<Pick<Members, 'save' | 'close'>>,
  options: ImportOptions = {},
): Promise<MembersImport> {
  const { skipBad = false, preview = false, compare } = options;
  const seen = nothingSeen();
  const { good, kept, findings } = await checked(bytes, options, seen);
  const isRefused = good === 0 || (findings.badRecords > 0 && !skipBad);
  if (isRefused) return { ...findings, imported: 0, counts: null, isRefused };
  const members = () => kept ?? readAgain(bytes, options, seen, good);
  if (preview) return { ...findings, imported: good, counts: compare ? await compare(members()) : null, isRefused };
  const store = await open();
  try {
    const counts = await store.save(members());
    return { ...findings, imported: counts.new + counts.changed + counts.unchanged, counts, isRefused };
  } finally {
    await store.close();
  }
}

/** Goes through the file once. `kept`: all members of a small one. */
async function checked(bytes: FileBytes, { onProblem, onProgress, breathe, ...options }: ImportOptions, seen: Seen) {
  const collected = createFindings();
  let kept: MemberChange[] | null = [];
  let good = 0;
  let records = 0;
  for (const { member, problems } of readMembersCsv(bytes, options, seen)) {
    records += 1;
    if (problems.length > 0) collected.add(problems);
    for (const one of onProblem ? problems : []) onProblem?.(one);
    if (member !== null) {
      good += 1;
      kept?.push(member);
      if (good > KEPT) kept = null;
    }
    if (records % BREATH !== 0) continue;
    onProgress?.(records);
    if (breathe) await breathe();
  }
  // Room for what the store needs.
  seen.folded.clear();
  seen.numbers.clear();
  return { good, kept, findings: collected.findings() };
}

/** The same members once more, each time that they are gone through. */
function readAgain(bytes: FileBytes, options: CsvOptions, seen: Seen, good: number): Iterable<MemberChange> {
  return {
    *[Symbol.iterator]() {
      let count = 0;
      for (const { member } of readMembersCsv(bytes, options, seen)) {
        if (member === null) continue;
        count += 1;
        yield member;
      }
      if (count !== good)
        throw new CodedError('FILE_CHANGED', 'the file was changed while it was read: nothing was imported');
    },
  };
}

/** One line for whoever asked for it. */
export function importSummary({ imported, counts, badRecords }: MembersImport): string {
  const members = `${imported} ${imported === 1 ? 'member' : 'members'}`;
  const bad = `${badRecords} bad ${badRecords === 1 ? 'record' : 'records'}`;
  if (counts === null) return imported === 0 ? `0 members imported, ${bad}` : `${members} could be imported, ${bad}`;
  const { new: fresh, changed, unchanged } = counts;
  return `${members} imported: ${fresh} new, ${changed} changed, ${unchanged} unchanged; ${bad}`;
}
