import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { REQUEST_KINDS } from '../../../src/audit/replay/api.ts';
import { foldMember, NEW_MEMBER } from '../../../src/domain/member/member.ts';
import { memberStream, operationStream } from '../../../src/domain/streams.ts';
import { LogError } from '../../../src/log/port.ts';
import { rejectsWith } from '../../log/samples.ts';
import { allEntries } from '../../support/entries.ts';
import { busyOn, callId, type ReplayRig, startReplayRig } from './rig.ts';

const test = suite<ReplayRig>('requests');
test.before.each(async (context) => {
  Object.assign(context, await startReplayRig());
  await context.stores.members.save([{ memberId: 'M-1', phoneNumber: '+15550100001' }]);
});
test.after.each((context) => context.close());

const asked = { kind: 'deletion', memberId: 'M-1', reason: 'wrote to us', actor: 'compliance:bo' } as const;

test('a request is in the day’s stream when it is answered, and nothing is deleted', async ({
  replays,
  stores,
  keep,
  clock,
}) => {
  await keep({ id: callId(1), conversation: busyOn(0) });
  const before = await allEntries(stores.log);
  const recorded = await replays.request(asked);
  const at = new Date(clock.now()).toISOString();
  assert.equal(recorded, { requestId: recorded!.requestId, kind: 'deletion', memberId: 'M-1', recordedAt: at });
  const [entry] = await stores.log.read(operationStream(at));
  assert.is(entry?.actor, 'compliance:bo');
  assert.equal(JSON.parse(entry!.data), { kind: 'deletion', memberId: 'M-1', reason: 'wrote to us' });
  const after = await allEntries(stores.log);
  assert.equal(
    before.filter(({ hash }) => !after.some((other) => other.hash === hash)),
    [],
  );
  assert.is(after.length, before.length + 2);
});

test('it is found in the member’s history, whatever was asked, without numbers', async ({ replays }) => {
  for (const kind of REQUEST_KINDS) await replays.request({ ...asked, kind, reason: 'see +15550100001' });
  const { items, flaws } = (await replays.history('M-1', { after: null, limit: 9 }))!;
  assert.equal(flaws, []);
  assert.equal(
    items.map(({ kind, who, what }) => `${kind} ${who.words}: ${what}`),
    [
      'request bo (Compliance): asked that the member’s data be held: "see +*******0001"',
      'request bo (Compliance): asked that the member’s data be deleted; nothing is deleted in this release: "see +*******0001"',
    ],
  );
});

test('the member’s stream, which may be new, is registered, and a call for the member goes on from it', async ({
  replays,
  stores,
}) => {
  await replays.request(asked);
  const streams: string[] = [];
  for await (const stream of stores.log.registered()) streams.push(stream);
  assert.ok(streams.includes(memberStream('M-1')));
  assert.equal(foldMember(NEW_MEMBER, await stores.log.read(memberStream('M-1'))), NEW_MEMBER);
});

test('a request for somebody whom nobody knows is not recorded', async ({ replays, stores }) => {
  assert.is(await replays.request({ ...asked, memberId: 'M-9' }), null);
  assert.equal(await allEntries(stores.log), []);
});

test('requests for one member at one moment are all recorded', async ({ replays }) => {
  await Promise.all(Array.from({ length: 20 }, () => replays.request(asked)));
  const { items, flaws } = (await replays.history('M-1', { after: null, limit: 50 }))!;
  assert.is(items.length, 20);
  assert.equal(flaws, []);
});

test('a request that the log does not take is not answered, and asked again it is recorded', async ({
  tell,
  stores,
}) => {
  let fails = true;
  const log = {
    ...stores.log,
    async append(...args: Parameters<typeof stores.log.append>) {
      if (fails && args[0] === memberStream('M-1')) throw new LogError('LOG_UNAVAILABLE', 'away');
      return stores.log.append(...args);
    },
  };
  const replays = tell({ log });
  await rejectsWith('LOG_UNAVAILABLE', replays.request(asked));
  assert.equal((await replays.history('M-1', { after: null, limit: 9 }))?.items, []);
  fails = false;
  await replays.request(asked);
  assert.is((await replays.history('M-1', { after: null, limit: 9 }))?.items.length, 1);
});

test('a note whose request is gone is named', async ({ replays, tell, stores, clock }) => {
  await replays.request(asked);
  const gone = operationStream(new Date(clock.now()).toISOString());
  const log = {
    ...stores.log,
    read: async (stream: string, from?: number) => (stream === gone ? [] : stores.log.read(stream, from)),
  };
  const page = await tell({ log }).history('M-1', { after: null, limit: 9 });
  assert.match(page!.flaws.join(), `is not in stream ${gone}`);
});

test.run();
