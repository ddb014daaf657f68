import type { Accounting, DisclosureAsked, RecordedForMember, SuspensionAsked } from '../../audit/disclosures/api.ts';
import type { PeriodAsked } from '../../audit/disclosures/period.ts';
import type { HistoryItem, RecordedRequest, RequestKind, SearchPage } from '../../audit/replay/api.ts';
import type { SearchAsked } from '../../audit/replay/asked.ts';
import type { Ask } from '../api-client.ts';
import type { ShownReplay } from './timeline.ts';

export type PageAsked = { readonly limit?: string | undefined; readonly cursor?: string | undefined };
export type RequestAsked = { readonly kind: RequestKind; readonly memberId: string; readonly reason: string };

export type ShownHistory = {
  readonly items: readonly HistoryItem[];
  readonly flaws: readonly string[];
  readonly nextCursor: string | null;
};
export type ShownSearch = Omit<SearchPage, 'next'> & { readonly nextCursor: string | null };

/** What a command may ask of the trail; each look is recorded before it is answered. All throw ApiError. */
export type Trail = {
  replay(id: string, asked: { readonly asOf: string | undefined; readonly raw: boolean }): Promise<ShownReplay>;
  history(memberId: string, page: PageAsked): Promise<ShownHistory>;
  search(asked: SearchAsked, page: PageAsked): Promise<ShownSearch>;
  request(asked: RequestAsked): Promise<RecordedRequest>;
  accounting(memberId: string, period: PeriodAsked): Promise<Accounting>;
  disclose(asked: Omit<DisclosureAsked, 'actor'>): Promise<RecordedForMember>;
  suspend(asked: Omit<SuspensionAsked, 'actor'>): Promise<RecordedForMember>;
};

/** The trail as a server tells it. */
export function servedTrail(ask: Ask): Trail {
  return {
    replay(id, { asOf, raw }) {
      const query = queryOf({ asOf, raw: raw ? 'true' : undefined });
      return ask(`/api/audit/calls/${encodeURIComponent(id)}${query}`);
    },
    history: (memberId, page) => ask(`/api/audit/members/${encodeURIComponent(memberId)}${queryOf(page)}`),
    search: (asked, page) => ask(`/api/audit/search${queryOf({ ...asked, ...page })}`),
    request: (asked) => ask('/api/audit/requests', posted(asked)),
    accounting(memberId, { from, to }) {
      return ask(`/api/audit/members/${encodeURIComponent(memberId)}/disclosures${queryOf({ from, to })}`);
    },
    disclose: (asked) => ask('/api/audit/disclosures', posted(asked)),
    suspend: (asked) => ask('/api/audit/suspensions', posted(asked)),
  };
}

function posted(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

function queryOf(asked: Readonly<Record<string, string | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) given.set(name, value);
  return given.size === 0 ? '' : `?${given}`;
}
