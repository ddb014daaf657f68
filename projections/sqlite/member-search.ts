import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FoundMembers, Member, MembersPage, MembersSearch } from '../../src/domain/member/members.ts';
import { isSought, type Sought } from '../../src/domain/member/search.ts';
import type { Sqlite } from './driver.ts';
import { isCorrupt } from './errors.ts';
import { MEMBERS } from './member-rows.ts';

/** So many of each kind (ids, names, numbers) are looked at, some 10 ms: who finds more writes more of the name. */
export const LOOKED_AT_MAX = 3_000;
/** Where the index is damaged, members are gone through, so many in each turn. */
const PIECE = 500;
/** No id that is shorter than this comes behind it: it is the last in the order of bytes. */
const LAST = '\u{10FFFF}';

type List = (page: Required<Omit<MembersPage, 'limit'>>, limit: number) => Member[];
type Found = Pick<FoundMembers, 'members' | 'isPartial'>;

/**
 * Prepares the search.
 * @param isKept whether there is an index to go by
 * @param read the members of these ids, without those whose rows are damaged
 * @param list all members, page by page
 */
export function searcher(db: Sqlite, isKept: () => boolean, read: (ids: readonly string[]) => Member[], list: List) {
  const idsOf = idFinder(db);
  return async ({ sought, after = '', limit }: MembersSearch): Promise<Found> => {
    const { ids, isPartial } = (isKept() ? found(idsOf, sought) : null) ?? (await walked(list, sought));
    const behind = ids.filter((id) => id > after).sort();
    const members: Member[] = [];
    for (let from = 0; from < behind.length && members.length < limit; from += limit) {
      members.push(...read(behind.slice(from, from + limit)));
    }
    return { members: members.slice(0, limit), isPartial };
  };
}

type Ids = { readonly ids: readonly string[]; readonly isPartial: boolean };

function idFinder(db: Sqlite): (sought: Sought) => Ids {
  const shape = { ...MEMBERS, columns: MEMBERS.columns.slice(0, 1) };
  const query = (rest: string) => db.query<[string]>(shape, `${rest} LIMIT ${LOOKED_AT_MAX + 1}`);
  const byId = query('Members WHERE MemberId COLLATE NOCASE >= ?1 AND MemberId COLLATE NOCASE < ?2');
  const byName = query('MemberNames N CROSS JOIN MemberPlaces P ON P.Place = N.rowid WHERE MemberNames MATCH ?1');
  const byNumber = query('Members WHERE substr(PhoneNumber, -4) = ?1 AND PhoneNumber GLOB ?2');
  return ({ id, words, digits }) => {
    const kinds = [
      byId.all(id, `${id}${LAST}`),
      words.length === 0 ? [] : byName.all(words.map((word) => `"${word}"*`).join(' ')),
      digits === null ? [] : byNumber.all(digits.slice(-4), `*${digits}`),
    ];
    const ids = kinds.flatMap((kind) => kind.slice(0, LOOKED_AT_MAX).map(([memberId]) => memberId));
    return { ids: [...new Set(ids)], isPartial: kinds.some(({ length }) => length > LOOKED_AT_MAX) };
  };
}

/** Null: the index is damaged. What it says of rows that can be read is no matter then. */
function found(idsOf: (sought: Sought) => Ids, sought: Sought): Ids | null {
  try {
    return idsOf(sought);
  } catch (error) {
    if (isCorrupt(error)) return null;
    throw error;
  }
}

async function walked(list: List, sought: Sought): Promise<Ids> {
  const ids: string[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const piece = list({ after, search: '' }, PIECE);
    ids.push(...piece.filter((each) => isSought(each, sought)).map(({ memberId }) => memberId));
    after = piece.length === PIECE ? piece.at(-1)!.memberId : undefined;
    await nextTurn();
  }
  return { ids, isPartial: false };
}
