import { type CallRows, type ReadStore, ReadStoreError } from '../../projections/ports.ts';
import { isDown } from './down.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The read models as one life of an instance sees them: with deadlocks, lost answers, and minutes in which they are down. */
export function storePort(sim: Sim, life: Life, store: ReadStore): ReadStore {
  const call = <T>(name: string, effect: () => Promise<T>): Promise<T> =>
    callPort(sim, life, `store.${name}`, async () => {
      if (isDown(sim, 'store-down', sim.faults.storeDown))
        throw new ReadStoreError('READ_STORE_UNAVAILABLE', 'the read models are down');
      return effect();
    });
  return {
    write: (calls) => call('write', () => faultyWrite(sim, life, store, calls)),
    bySession: (id) => call('bySession', () => store.bySession(id)),
    bySessions: (ids) => call('bySessions', () => store.bySessions(ids)),
    byConnection: (id) => call('byConnection', () => store.byConnection(id)),
    byAnyId: (id, folded) => call('byAnyId', () => store.byAnyId(id, folded)),
    byProviderIds: (ids) => call('byProviderIds', () => store.byProviderIds(ids)),
    list: (page) => call('list', () => store.list(page)),
    counts: (from, to) => call('counts', () => store.counts(from, to)),
    versions: (ids) => call('versions', () => store.versions(ids)),
    open: () => call('open', () => store.open()),
    newestUpdate: () => call('newestUpdate', () => store.newestUpdate()),
    rebuild: (calls) => call('rebuild', () => store.rebuild(calls)),
    notices: {
      due: (since, limit) => call('notices.due', () => store.notices.due(since, limit)),
      mark: (marks) => call('notices.mark', () => store.notices.mark(marks)),
    },
    close: async () => {},
  };
}

async function faultyWrite(sim: Sim, life: Life, store: ReadStore, calls: readonly CallRows[]): Promise<void> {
  const busy = sim.hit('store-busy', sim.faults.storeBusy);
  const lost = sim.hit('store-lost', sim.faults.storeLostAfterCommit);
  const rows = calls.map(
    ({ session, responses }) => `${session.callSessionId} v${session.version} +${responses.length}`,
  );
  sim.trace(life.name, `write rows ${rows.join(', ')} -> ${busy ? 'deadlock' : lost ? 'written, answer lost' : 'ok'}`);
  if (busy) throw new ReadStoreError('READ_STORE_BUSY', 'a deadlock');
  await store.write(calls);
  if (lost) throw new ReadStoreError('READ_STORE_UNAVAILABLE', 'the connection was lost');
}
