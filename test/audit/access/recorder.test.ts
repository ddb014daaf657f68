import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { errorCode } from '../../../src/base/coded-error.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { LOG_LIMITS } from '../../../src/log/port.ts';
import { newEntry } from '../../log/samples.ts';
import { collect } from '../../support/collect.ts';
import { type AccessRig, accessRig } from './rig.ts';
import { aLook, aRefusal } from './samples.ts';

const test = suite<{ rig: AccessRig }>('recording looks');
test.before.each(async (context) => {
  context.rig = await accessRig();
});
test.after.each(({ rig }) => rig.close());

const MINUTE = 60_000;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => errorCode(error),
  );

test('a look is in the log, on the register, with all that it is, when record resolves', async ({ rig }) => {
  const look = aLook({ purpose: 'BTG', reason: 'an outage', fields: ['memberId'] });
  await rig.recorder.record(look);
  const [entry] = await rig.entries();
  assert.ok(entry);
  assert.is(entry.stream, 'access:2026-03-02:p1:1');
  assert.equal([entry.kind, entry.type, entry.cause], ['command', 'Look', null]);
  assert.is(entry.at, '2026-03-02T15:00:00.000Z');
  assert.equal(await rig.looks(), [{ ...look, coversMs: 5 * MINUTE }]);
  assert.is((await verifyLog(rig.log)).findingCount, 0);
});

test('looks that arrive together, or while an append is under way, share one', async ({ rig }) => {
  const looks = Array.from({ length: 40 }, (_, n) => aLook({ calls: [`call-${n}`], members: [`M-${n}`] }));
  await Promise.all(looks.map((look) => rig.recorder.record(look)));
  assert.equal(rig.appends, [40]);
  const more = looks.map((look) => rig.recorder.record({ ...look, action: 'replay' }));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  more.push(...looks.map((look) => rig.recorder.record({ ...look, action: 'list' })));
  await Promise.all(more);
  assert.is(
    rig.appends.reduce((sum, count) => sum + count, 0),
    120,
  );
  assert.ok(rig.appends.length <= 4);
});

test('the same look is covered for five minutes, not longer, and the entry says so', async ({ rig }) => {
  const again = () => rig.recorder.record(aLook({ requestId: 'another' }));
  await again();
  await rig.clock.advance(5 * MINUTE - 1);
  await again();
  assert.is((await rig.looks()).length, 1);
  await rig.clock.advance(1);
  await again();
  assert.is((await rig.looks()).length, 2);
});

test('a clock that is set moves no cover', async ({ rig }) => {
  await rig.recorder.record(aLook());
  rig.clock.jump(-3_600_000);
  await rig.clock.advance(4 * MINUTE);
  await rig.recorder.record(aLook());
  assert.is((await rig.looks()).length, 1);
  await rig.clock.advance(MINUTE);
  await rig.recorder.record(aLook());
  assert.is((await rig.looks()).length, 2);
});

test('another actor, role, action, call, member, purpose, address, reason or search is not covered', async ({
  rig,
}) => {
  await rig.recorder.record(aLook());
  const others = [
    aLook({ actor: 'compliance:berta' }),
    aLook({ roles: ['Compliance', 'Operator'] }),
    aLook({ action: 'replay' }),
    aLook({ calls: ['call-2'] }),
    aLook({ members: ['M-2'] }),
    aLook({ purpose: 'HLEGAL' }),
    aLook({ address: '10.0.0.8' }),
    aLook({ reason: 'asked by the court' }),
    aLook({ fields: ['memberId'] }),
  ];
  for (const look of others) await rig.recorder.record(look);
  assert.is((await rig.looks()).length, 1 + others.length);
});

test('what was hidden before, or is taken away as a whole, is an entry each time', async ({ rig }) => {
  for (const action of ['raw', 'export', 'backup', 'verify', 'number-revealed', 'calls-export'] as const) {
    await rig.recorder.record(aLook({ action }));
    await rig.recorder.record(aLook({ action }));
  }
  const looks = await rig.looks();
  assert.is(looks.length, 12);
  assert.ok(looks.every(({ coversMs }) => coversMs === undefined));
});

test('a list that is fetched again names only what is new, and is no entry when nothing is', async ({ rig }) => {
  const list = (calls: string[], members: string[]) => rig.recorder.record(aLook({ action: 'list', calls, members }));
  await list(['a', 'b'], ['M-1', 'M-2']);
  await list(['b', 'c', 'd'], ['M-2', 'M-1', 'M-3']);
  await list(['a', 'b', 'c'], ['M-1']);
  const shown = (await rig.looks()).map(({ calls, members }) => [calls, members]);
  assert.equal(shown, [
    [
      ['a', 'b'],
      ['M-1', 'M-2'],
    ],
    [['c', 'd'], ['M-3']],
  ]);
});

test('two who look at the same at once, by one actor, are one entry', async ({ rig }) => {
  await rig.recorder.record(aLook({ calls: ['first'] }));
  await Promise.all([1, 2, 3].map(() => rig.recorder.record(aLook())));
  assert.is((await rig.looks()).length, 2);
});

test('a list of thousands goes into several entries of one append, none longer than the log takes', async ({ rig }) => {
  const calls = Array.from({ length: 5_000 }, (_, n) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`);
  const members = Array.from({ length: 5_000 }, (_, n) => `M-${n}`);
  await rig.recorder.record(aLook({ action: 'list', calls, members }));
  const entries = await rig.entries();
  assert.equal(rig.appends, [entries.length]);
  assert.ok(entries.length > 1);
  assert.ok(entries.every(({ data }) => Buffer.byteLength(data) <= LOG_LIMITS.dataBytes));
  assert.ok(entries.slice(1).every(({ cause }) => cause === entries[0]?.id));
  const looks = await rig.looks();
  assert.equal(
    looks.flatMap((look) => look.calls),
    calls,
  );
  assert.equal(
    looks.flatMap((look) => look.members),
    members,
  );
});

test('one that needs more than one append resolves when all are durable, and rejects when one is not', async ({
  rig,
}) => {
  const members = Array.from({ length: 60_000 }, (_, n) => `member-with-a-rather-long-id-${'x'.repeat(30)}-${n}`);
  await rig.recorder.record(aLook({ action: 'members-list', calls: [], members }));
  assert.ok(rig.appends.length > 1);
  assert.equal(
    (await rig.looks()).flatMap((look) => look.members),
    members,
  );
  let appends = 0;
  const counting = {
    register: rig.log.register,
    append: (...args: Parameters<typeof rig.log.append>) => {
      appends += 1;
      if (appends === 2) rig.log.fail(['refused']);
      return rig.log.append(...args);
    },
  };
  const second = rig.recorderOf('p2', { log: counting });
  assert.is(await codeOf(second.record(aLook({ action: 'members-list', calls: [], members }))), 'LOG_UNAVAILABLE');
  assert.is(second.status().lookFailures, 1);
});

test('a log that takes nothing lets nobody look; the next look is recorded where it was', async ({ rig }) => {
  rig.log.fail(['refused']);
  assert.is(await codeOf(rig.recorder.record(aLook())), 'LOG_UNAVAILABLE');
  assert.equal(await rig.entries(), []);
  await rig.recorder.record(aLook());
  assert.equal(
    (await rig.entries()).map(({ stream, version }) => `${stream} ${version}`),
    ['access:2026-03-02:p1:1 1'],
  );
});

test('all that waited for an append that failed are told so', async ({ rig }) => {
  await rig.recorder.record(aLook({ calls: ['first'] }));
  rig.log.fail(['refused', 'refused']);
  const codes = await Promise.all(['a', 'b', 'b'].map((call) => codeOf(rig.recorder.record(aLook({ calls: [call] })))));
  assert.equal(codes, ['LOG_UNAVAILABLE', 'LOG_UNAVAILABLE', 'LOG_UNAVAILABLE']);
});

for (const fault of ['committed', 'lost'] as const) {
  test(`after an append of which nobody knows (${fault}) the next stream is begun, and nothing is read back`, async ({
    rig,
  }) => {
    const { read } = rig.log;
    const reads: string[] = [];
    rig.log.read = (stream, from) => {
      reads.push(stream);
      return read(stream, from);
    };
    await rig.recorder.record(aLook({ calls: ['before'] }));
    rig.log.fail([fault]);
    await rig.recorder.record(aLook());
    assert.equal(reads, []);
    rig.log.read = read;
    const streams = await collect(rig.log.registered());
    assert.equal(streams.sort(), ['access:2026-03-02:p1:1', 'access:2026-03-02:p1:2']);
    assert.is((await rig.log.read('access:2026-03-02:p1:2')).length, 1);
  });
}

test('where somebody else wrote to its stream it goes on in the next one', async ({ rig }) => {
  await rig.recorder.record(aLook({ calls: ['before'] }));
  const stream = 'access:2026-03-02:p1:1';
  const [first] = await rig.log.read(stream);
  await rig.log.append(stream, first ?? EMPTY_HEAD, [newEntry('of a stranger')]);
  await rig.recorder.record(aLook());
  assert.is((await rig.log.read('access:2026-03-02:p1:2')).length, 1);
});

test('a stream ends after 2,000 entries and at midnight', async ({ rig }) => {
  const look = (n: number) => rig.recorder.record(aLook({ calls: [`call-${n}`], members: [] }));
  await Promise.all(Array.from({ length: 2_050 }, (_, n) => look(n)));
  await rig.clock.advance(9 * 3_600_000);
  await look(3_000);
  const lengths = new Map<string, number>();
  for (const { stream } of await rig.entries()) lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
  const [first, second, third] = [...lengths];
  assert.equal([...lengths.keys()], ['access:2026-03-02:p1:1', 'access:2026-03-02:p1:2', 'access:2026-03-03:p1:3']);
  assert.ok(first![1] <= 2_000 && first![1] > 1_900);
  assert.is(first![1] + second![1], 2_050);
  assert.is(third![1], 1);
});

test('two processes never meet in one stream', async ({ rig }) => {
  const other = rig.recorderOf('p2');
  await Promise.all([rig.recorder.record(aLook()), other.record(aLook())]);
  assert.equal((await rig.entries()).map(({ stream }) => stream).sort(), [
    'access:2026-03-02:p1:1',
    'access:2026-03-02:p2:1',
  ]);
});

test('while the disk is nearly full nothing is shown, also what is covered', async ({ rig }) => {
  let hasRoom = true;
  const recorder = rig.recorderOf('p2', { hasRoom: () => hasRoom });
  await recorder.record(aLook());
  hasRoom = false;
  assert.is(await codeOf(recorder.record(aLook())), 'ACCESS_DISK_LOW');
});

test('looks with the glass broken are counted, and told when they go into the log', async ({ rig }) => {
  const told: string[] = [];
  const recorder = rig.recorderOf('p2', { onGlassBroken: ({ action }) => void told.push(action) });
  await recorder.record(aLook());
  await recorder.record(aLook({ purpose: 'BTG', reason: 'an outage' }));
  await recorder.record(aLook({ purpose: 'BTG', reason: 'an outage' }));
  assert.is(recorder.status().glassBroken, 2);
  assert.equal(told, ['status']);
});

test('ten refusals a minute are named, the rest is told by its number', async ({ rig }) => {
  for (let n = 0; n < 10; n += 1) rig.recorder.refused(aRefusal({ requestId: `r-${n}` }));
  for (let n = 0; n < 7; n += 1) rig.recorder.refused(aRefusal());
  for (let n = 0; n < 3; n += 1) rig.recorder.refused(aRefusal({ status: 403, actor: 'operator:otto' }));
  await rig.clock.advance(MINUTE);
  rig.recorder.refused(aRefusal({ status: 403, actor: 'operator:otto', roles: ['Operator'] }));
  await rig.recorder.close();
  const entries = await rig.entries();
  assert.equal(
    entries.map(({ type }) => type),
    [...Array(10).fill('Refusal'), 'Refusals', 'Refusal'],
  );
  assert.equal(JSON.parse(entries[10]!.data), {
    from: '2026-03-02T15:00:00.000Z',
    counts: { 401: 7, 403: 3 },
    to: '2026-03-02T15:01:00.000Z',
  });
  const { actor, ...body } = aRefusal({ status: 403, actor: 'operator:otto', roles: ['Operator'] });
  assert.equal([entries[11]?.actor, JSON.parse(entries[11]!.data)], [actor, body]);
  assert.equal([rig.recorder.status().refused, rig.recorder.status().refusedUnrecorded], [21, 0]);
});

test('what is counted of refusals is told at the end', async ({ rig }) => {
  for (let n = 0; n < 12; n += 1) rig.recorder.refused(aRefusal());
  await rig.recorder.close();
  assert.equal(JSON.parse((await rig.entries()).at(-1)!.data).counts, { 401: 2 });
});

test('a refusal that the log does not take is counted, and hurts nobody', async ({ rig }) => {
  rig.log.fail(['refused']);
  rig.recorder.refused(aRefusal());
  await rig.recorder.close();
  assert.is(rig.recorder.status().refusedUnrecorded, 1);
  await rig.recorder.record(aLook());
  assert.is((await rig.looks()).length, 1);
});

test.run();
