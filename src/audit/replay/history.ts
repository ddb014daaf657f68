import { memberStream } from '../../domain/streams.ts';
import type { HistoricLook, HistoryItem, HistoryPage, HistoryPlace } from './api.ts';
import { readStream } from './find-call.ts';
import { isExport, lookWords } from './looks.ts';
import { beganAt, callsOf, type HistoryDeps, itemsOfCall, lastAt, type MemberCall } from './member-calls.ts';
import { notedItems } from './noted-items.ts';
import { whoOf } from './who.ts';

type Page = { readonly after: HistoryPlace | null; readonly limit: number };

/** Streams that are read at once: as many as one client of Azure answers without queueing. */
const READ_AT_ONCE = 8;

/**
 * A member's calls, cancellations, requests and looks, newest first. Reads the member's stream and rows whole, and of the calls'
 * streams those that the page needs: a call has no entry later than its row says.
 * @throws LogError, ReadStoreError
 */
export async function historyOf(deps: HistoryDeps, memberId: string, page: Page): Promise<HistoryPage> {
  const stream = await readStream(deps.log, memberStream(memberId));
  const entries = stream?.entries ?? [];
  const flaws = (stream?.flaws ?? []).map((flaw) => `the member’s own stream: ${flaw}`);
  const calls = await callsOf(deps.readStore, memberId, entries);
  const own = new Set(calls.map(({ callSessionId }) => callSessionId));
  const looks = await deps.looksOf(memberId, { after: page.after, limit: page.limit + 1 });
  const items = [...looks.map((look) => itemOfLook(look, own, deps)), ...(await notedItems(deps, entries, flaws))];
  return pageOf(await withCalls(deps, calls, { ...page, items, flaws }), page);
}

type Gathered = Pick<HistoryPage, 'flaws'> & { readonly items: readonly HistoryItem[] };

/** Reads calls, those with the latest entries first, until none that is left can have anything for the page. */
async function withCalls(
  deps: HistoryDeps,
  calls: readonly MemberCall[],
  { after, limit, ...known }: Page & Gathered,
): Promise<Gathered> {
  const items = [...known.items];
  const flaws = [...known.flaws];
  const wanted = calls.filter((call) => after === null || beganAt(call) <= after.at);
  const left = [...wanted].sort((a, b) => (lastAt(a) < lastAt(b) ? 1 : -1));
  while (left.length > 0) {
    const settled = items.filter((item) => isBehind(item, after) && item.at > lastAt(left[0]!));
    if (settled.length > limit) break;
    const read = await Promise.all(left.splice(0, READ_AT_ONCE).map((call) => itemsOfCall(deps, call)));
    items.push(...read.flatMap((one) => one.items));
    flaws.push(...read.flatMap((one) => one.flaws));
  }
  return { items, flaws };
}

function pageOf({ items, flaws }: Gathered, { after, limit }: Page): HistoryPage {
  const behind = items.filter((item) => isBehind(item, after)).sort((a, b) => (isBehind(a, b) ? 1 : -1));
  const shown = behind.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: behind.length > limit && last ? { at: last.at, id: last.id } : null, flaws };
}

/** Newest first, and of one moment in the order of ids, backwards. */
function isBehind(item: HistoryPlace, place: HistoryPlace | null): boolean {
  if (place === null) return true;
  return item.at < place.at || (item.at === place.at && item.id < place.id);
}

/** @param own the member's calls: a list that was looked at shows those of others too */
function itemOfLook(look: HistoricLook, own: ReadonlySet<string>, { providers }: HistoryDeps): HistoryItem {
  return {
    kind: isExport(look) ? 'export' : 'look',
    at: look.at,
    id: look.id,
    who: whoOf(look.actor, providers),
    what: lookWords(look),
    callSessionIds: look.calls.filter((id) => own.has(id)),
    disposition: null,
  };
}
