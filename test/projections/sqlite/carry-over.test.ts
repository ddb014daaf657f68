import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { at, callId, rows, stream } from '../samples.ts';
import { CALLS, codeOf, fill, inPlaces, open, overwrite, type World } from './mending-rig.ts';

const test = suite<World>('The ledger of a damaged file');

inPlaces(test);

test('of a file whose schema cannot be read nothing is carried over, and nobody is told again of old calls', async (world) => {
  await fill(world);
  await overwrite(
    world.path,
    'CREATE INDEX CallSessions_MemberId',
    Buffer.from('CREATE INDEX CallSessions\xff', 'latin1'),
  );
  const store = open(world);
  await store.fill(stream(CALLS));
  const due = await store.notices.due(at(0), 100);
  const { ledger, ledgerLostBefore } = world.replaced[0]!;
  assert.equal([ledger, ledgerLostBefore, due], [0, new Date(world.nowMs).toISOString(), []]);
  await store.close();
});

test('only a damaged row of calls leaves the whole ledger', async (world) => {
  await fill(world);
  await overwrite(world.path, `${callId(7)}member-7`, Buffer.from(`${callId(7)}membe\xff`, 'latin1'));
  const store = open(world);
  await codeOf(() => store.bySession(callId(7)));
  await store.fill(stream(CALLS));
  const { ledger, ledgerLostBefore } = world.replaced[0]!;
  assert.equal([ledger, ledgerLostBefore], [CALLS.length - 1, '']);
  assert.equal(await store.notices.due(at(0), 100), [{ rows: CALLS.at(-1), published: [] }]);
  await store.close();
});

test('where a row of the ledger is damaged too, the others are carried over and nobody is told again of old calls', async (world) => {
  await fill(world);
  await overwrite(world.path, '["told-9"]', Buffer.from('["told-\xff"]', 'latin1'));
  await overwrite(world.path, '["told-20"]', Buffer.from('["told-\xff0"]', 'latin1'));
  const store = open(world);
  // What they were told shows when there is more to tell.
  await store.write([rows(9, { version: 6, disposition: 'busy' })]);
  await codeOf(() => store.notices.due(at(0), 100));
  const { ledger, ledgerLostBefore } = world.replaced[0]!;
  assert.equal([ledger, ledgerLostBefore], [CALLS.length - 3, new Date(world.nowMs).toISOString()]);
  await store.fill(stream(CALLS));
  assert.equal(await store.notices.due(at(0), 100), []);
  assert.match(store.problems().join(), 'nobody is told again');
  // What happens from now on is told, without what may have been told before.
  const later = new Date(world.nowMs + 1_000).toISOString();
  const changed = rows(9, { version: 7, disposition: 'busy', updatedAt: later }, { 1: 'answer 9' });
  await store.write([changed]);
  assert.equal(await store.notices.due(at(0), 100), [
    { rows: changed, published: [], toldBefore: new Date(world.nowMs).toISOString() },
  ]);
  await store.close();
});

test.run();
