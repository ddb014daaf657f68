import { type CallPage, type CallRows, type ReadStore, ReadStoreError } from '../../../projections/ports.ts';

/**
 * A page of calls with the answers of each: two questions to the database, however many calls there are.
 * @throws ReadStoreError
 */
export async function listWhole(
  readStore: Pick<ReadStore, 'list' | 'bySessions'>,
  page: CallPage,
): Promise<readonly CallRows[]> {
  const ids = (await readStore.list(page)).map(({ callSessionId }) => callSessionId);
  const found = await readStore.bySessions(ids);
  const calls = new Map(found.map((call) => [call.session.callSessionId, call]));
  return ids.map((id) => {
    const call = calls.get(id);
    // Without its answers it would look like a call that nobody answered.
    if (!call) throw new ReadStoreError('READ_STORE_BUSY', 'rows went away while a page of them was read');
    return call;
  });
}
