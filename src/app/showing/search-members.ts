import type { FoundMembers, Members, TypedSearch } from '../../domain/member/members.ts';
import { fieldsOf, soughtBy } from '../../domain/member/search.ts';

/** Members by what somebody types. @throws ReadStoreError */
export async function searchMembers(
  members: Pick<Members, 'search'>,
  { text, ...page }: TypedSearch,
): Promise<FoundMembers> {
  const sought = soughtBy(text);
  if (sought === null) return { members: [], isPartial: false, fields: [] };
  return { ...(await members.search({ sought, ...page })), fields: fieldsOf(sought) };
}
