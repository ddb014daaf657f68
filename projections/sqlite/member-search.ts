import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Member, MembersPage, MembersSearch } from '../../src/domain/member/members.ts';
import { isSought, type Sought } from '../../src/domain/member/search.ts';
import type { Sqlite } from './driver.ts';
import { isCorrupt } from './errors.ts';
import { isAscending, MEMBERS, type MemberTuple, member } from './member-rows.ts';

/** Members gone through in one turn, some 5 ms. */
const PIECE = 5_000;
/** Of these so many are read at once. */
const READ = 500;
/** No id that is shorter than this comes behind it: it is the last in the order of bytes. */
const LAST = '\u{10FFFF}';

/**
 * Prepares the search. There is no index for a part of a name, so all members are gone through, some in each turn. SQLite
 * narrows them down, and what is sought decides.
 * @param list reads pieces with damaged rows in them, and tells of these
 */
export function searcher(db: Sqlite, list: (page: Required<Omit<MembersPage, 'limit'>>, limit: number) => Member[]) {
  const likely = db.query<MemberTuple>(
    MEMBERS,
    `Members WHERE MemberId > ?1 AND MemberId <= ?2
       AND (MemberId GLOB ?3 OR Name GLOB ?3 OR Name GLOB ?4 OR PhoneNumber GLOB ?5)
     ORDER BY MemberId LIMIT ${READ}`,
  );
  const idsOnly = { ...MEMBERS, columns: MEMBERS.columns.slice(0, 1) };
  const ends = db.query<[string]>(idsOnly, `Members WHERE MemberId > ?1 ORDER BY MemberId LIMIT 1 OFFSET ${PIECE - 1}`);

  /** What may be sought behind an id, and behind which one it goes on; null: that was all. */
  const piece = (after: string, patterns: Patterns): { readonly found: Member[]; readonly next: string | null } => {
    try {
      const end = ends.first(after)?.[0] ?? null;
      const found = likely.all(after, end ?? LAST, ...patterns).map(member);
      return { found, next: found.length === READ ? found.at(-1)!.memberId : end };
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      const found = list({ after, search: '' }, READ);
      return { found, next: found.length === READ ? found.at(-1)!.memberId : null };
    }
  };

  return async ({ sought, after = '', limit }: MembersSearch): Promise<Member[]> => {
    const patterns = patternsOf(sought);
    const all: Member[] = [];
    for (let place: string | null = after; place !== null; ) {
      const { found, next } = piece(place, patterns);
      // Whoever goes on from a place that does not come after the last one goes round in a circle.
      if (next !== null && !isAscending([place, next])) throw db.corrupt('rows of Members out of order');
      all.push(...found.filter((each) => isSought(each, sought)));
      if (all.length >= limit) break;
      place = next;
      await nextTurn();
    }
    return all.slice(0, limit);
  };
}

/** Of the text with its accents in one character, then in two, and of the digits; '' fits nothing. */
type Patterns = readonly [composed: string, decomposed: string, digits: string];

function patternsOf({ text, digits }: Sought): Patterns {
  const apart = text.normalize('NFD');
  return [globOf(text), apart === text ? '' : globOf(apart), digits === null ? '' : `*${digits}`];
}

/** SQLite's LIKE knows capitals of ASCII only, so each letter says both of its own. */
function globOf(text: string): string {
  const letters = [...text].map((letter) => {
    const upper = letter.toUpperCase();
    if (upper !== letter && [...upper].length === 1) return `[${letter}${upper}]`;
    return /[*?[]/.test(letter) ? `[${letter}]` : letter;
  });
  return `*${letters.join('')}*`;
}
