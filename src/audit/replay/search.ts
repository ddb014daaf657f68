import type { CallFilter, CallSessionRow, ReadStore } from '../../../projections/ports.ts';
import type { Provider } from '../../domain/call/provider.ts';
import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { FoundCall, SearchFilter, SearchPage } from './api.ts';
import { calledBy, readStream } from './find-call.ts';
import { isStaffMember, whoOf } from './who.ts';

type Deps = {
  readonly log: Pick<CallEventLog, 'read'>;
  readonly readStore: Pick<ReadStore, 'list' | 'bySession' | 'byConnection' | 'byProviderIds'>;
  readonly providers: readonly Provider[];
};

type Page = { readonly after?: string; readonly limit: number };

/** What one request may read: some seconds' worth of a store that answers in 20 ms. */
const LOOKED_MAX = 500;
const ROWS_AT_ONCE = 100;
const READ_AT_ONCE = 8;

/**
 * Calls that match, newest first, by the read models. Who asked for a call or cancelled it stands in the call's stream alone, so
 * a search for staff reads the stream of every call that matches otherwise, at most so many a page.
 * @throws LogError, ReadStoreError
 */
export function search(deps: Deps, filter: SearchFilter, page: Page): Promise<SearchPage> {
  const { staff, connectionId, ...rows } = filter;
  if (connectionId !== undefined) return searchById(deps, { connectionId, ...filter });
  return staff === undefined ? searchRows(deps, rows, page) : searchStaff(deps, rows, staff, page);
}

async function searchRows({ readStore }: Deps, filter: CallFilter, page: Page): Promise<SearchPage> {
  const rows = await readStore.list({ filter, ...page, limit: page.limit + 1 });
  const calls = rows.slice(0, page.limit).map((row) => ({ ...row, staff: [] }));
  const next = rows.length > page.limit ? (calls.at(-1)?.callSessionId ?? null) : null;
  return { calls, looked: rows.length, unreadable: [], next };
}

/** One call at most: there is no second page. */
async function searchById(deps: Deps, filter: SearchFilter & { connectionId: string }): Promise<SearchPage> {
  const { staff, connectionId } = filter;
  const id = await calledBy(deps.readStore, connectionId);
  const call = id === null ? null : await deps.readStore.bySession(id);
  const rows = call && isWithin(call.session, filter) ? [call.session] : [];
  const found = staff === undefined ? rows.map((row) => ({ ...row, staff: [] })) : await ofStaff(deps, rows, staff);
  return { ...split(found), looked: rows.length, next: null };
}

function isWithin(row: CallSessionRow, { memberId, disposition, from, to }: SearchFilter): boolean {
  if (memberId !== undefined && row.memberId !== memberId) return false;
  if (disposition !== undefined && row.disposition !== disposition) return false;
  return (from === undefined || row.createdAt >= from) && (to === undefined || row.createdAt < to);
}

async function searchStaff(deps: Deps, filter: CallFilter, staff: string, page: Page): Promise<SearchPage> {
  const found: Read[] = [];
  let { after } = page;
  for (let looked = 0; ; ) {
    const limit = Math.min(ROWS_AT_ONCE, Math.max(page.limit + 1, READ_AT_ONCE), LOOKED_MAX - looked);
    const rows = await deps.readStore.list({ filter, limit, ...(after !== undefined && { after }) });
    found.push(...(await ofStaff(deps, rows, staff)));
    looked += rows.length;
    after = rows.at(-1)?.callSessionId ?? after;
    const isLast = rows.length < limit;
    if (isLast || looked >= LOOKED_MAX || split(found).calls.length > page.limit) {
      return cut(split(found), { looked, limit: page.limit, next: isLast ? null : (after ?? null) });
    }
  }
}

/** A page that is full ends at its last call; what was found beyond it is found again by the next. */
function cut(
  { calls, unreadable }: Pick<SearchPage, 'calls' | 'unreadable'>,
  { looked, limit, next }: Pick<SearchPage, 'looked' | 'next'> & { readonly limit: number },
): SearchPage {
  if (calls.length <= limit) return { calls, unreadable, looked, next };
  const shown = calls.slice(0, limit);
  const last = shown.at(-1)!.callSessionId;
  return { calls: shown, unreadable: unreadable.filter((id) => id > last), looked, next: last };
}

/** A call of the staff member, or the id of one that cannot be read. */
type Read = FoundCall | string;

async function ofStaff(deps: Deps, rows: readonly CallSessionRow[], staff: string): Promise<Read[]> {
  const read: (WithActors | string)[] = [];
  for (let from = 0; from < rows.length; from += READ_AT_ONCE) {
    read.push(...(await Promise.all(rows.slice(from, from + READ_AT_ONCE).map((row) => staffIn(deps, row)))));
  }
  return read
    .filter((one) => typeof one === 'string' || one.actors.some((actor) => isStaffMember(actor, staff)))
    .map(withoutActors);
}

type WithActors = FoundCall & { readonly actors: readonly string[] };

function withoutActors(one: WithActors | string): Read {
  if (typeof one === 'string') return one;
  const { actors: _actors, ...call } = one;
  return call;
}

async function staffIn({ log, providers }: Deps, row: CallSessionRow): Promise<WithActors | string> {
  const stream = await readStream(log, row.callSessionId);
  if (!stream || stream.flaws.length > 0) return row.callSessionId;
  const entries = stream.entries.filter(isStaffs);
  const staff = entries.map(({ type, at, actor }) => {
    return { who: whoOf(actor, providers), did: DID[type] ?? 'asked', at };
  });
  return { ...row, staff, actors: entries.map(({ actor }) => actor) };
}

/** What of a call is a person's to decide. */
const DID: Readonly<Record<string, FoundCall['staff'][number]['did']>> = {
  InitiateCall: 'asked',
  CancelCall: 'cancelled',
  CheckCall: 'checked',
  CloseCall: 'closed',
};

/** The flow checks and closes calls too. */
function isStaffs({ kind, type, actor }: Entry): boolean {
  return kind === 'command' && DID[type] !== undefined && actor !== 'flow';
}

function split(found: readonly Read[]): Pick<SearchPage, 'calls' | 'unreadable'> {
  return {
    calls: found.filter((one) => typeof one !== 'string'),
    unreadable: found.filter((one) => typeof one === 'string'),
  };
}
