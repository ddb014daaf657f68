import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallSessionRow, ReadStore } from '../../projections/ports.ts';
import { type OpenReadStore, withStore } from './read-store-contract.ts';
import { at, callId, rows } from './samples.ts';

/** What every adapter of ReadStore keeps of versions: a row is what its newest one says, whatever of it that changes. */
export function versionsContract(name: string, open: OpenReadStore): void {
  const test = suite(`${name} versions of a row`);
  const on = (promise: string, work: (store: ReadStore) => Promise<void>): void =>
    test(promise, () => withStore(open, work));

  on('does not let an older version change a row or its responses', async (store) => {
    const newer = rows(1, { version: 5, status: 'PersonDetected' }, { 1: 'yes', 2: 'no' });
    await store.write([newer]);
    await store.write([rows(1, { version: 4, status: 'Connected' }, { 1: 'no', 3: 'no' })]);
    assert.equal(await store.bySession(callId(1)), newer);
  });

  on('does not let the same version twice change a row or its responses', async (store) => {
    const first = rows(1, { version: 5 }, { 1: 'yes' });
    await store.write([first, first]);
    await store.write([rows(1, { version: 5, status: 'Failed' }, { 1: 'no', 2: 'no' })]);
    assert.equal(await store.bySession(callId(1)), first);
  });

  on('lets a newer version change, add and remove', async (store) => {
    await store.write([rows(1, { version: 5 }, { 1: 'yes', 2: 'no' })]);
    const newer = rows(1, { version: 6, status: 'Disconnected', disposition: 'partial' }, { 2: 'maybe', 3: 'no' });
    await store.write([newer]);
    assert.equal(await store.bySession(callId(1)), newer);
    const bare = rows(1, { version: 7 });
    await store.write([bare]);
    assert.equal(await store.bySession(callId(1)), bare);
  });

  on('lets a newer version change any one thing of a row, and nothing but its time', async (store) => {
    const changes: Partial<CallSessionRow>[] = [
      { updatedAt: at(60) },
      { status: 'PersonDetected' },
      { callConnectionId: 'another leg' },
      { correlationId: null },
      { serverCallId: 'another server' },
      { questionnaire: 'wellness@2' },
      { memberId: 'another member' },
      { disposition: 'partial' },
      { createdAt: at(0), updatedAt: at(61) },
    ];
    let session: Partial<CallSessionRow> = { version: 1 };
    await store.write([rows(1, session)]);
    for (const change of changes) {
      session = { ...session, ...change, version: (session.version ?? 0) + 1 };
      await store.write([rows(1, session)]);
      assert.equal(await store.bySession(callId(1)), rows(1, session), JSON.stringify(change));
    }
  });

  test.run();
}
