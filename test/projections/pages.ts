import type { CallPage, ReadStore } from '../../projections/ports.ts';

type Filter = CallPage['filter'];

/** The ids of a list, gone through page by page. */
export async function allPages(store: ReadStore, filter: Filter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const page = await store.list({ filter, limit, ...(after === undefined ? {} : { after }) });
    ids.push(...page.map((session) => session.callSessionId));
    if (page.length < limit) return ids;
  }
}

/** The same from the oldest page on. */
export async function allPagesBack(store: ReadStore, filter: Filter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await store.list({ filter, limit, before: ids[0] ?? '0' });
    ids.unshift(...page.map((session) => session.callSessionId));
    if (page.length < limit) return ids;
  }
}
