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
    request(asked) {
      const headers = { 'content-type': 'application/json' };
      return ask('/api/audit/requests', { method: 'POST', body: JSON.stringify(asked), headers });
    },
  };
}

function queryOf(asked: Readonly<Record<string, string | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) given.set(name, value);
  return given.size === 0 ? '' : `?${given}`;
}
