import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { START } from '../../support/virtual-clock.ts';
import { busyOn, callId, onDay } from '../replay/rig.ts';
import { type EvidenceRig, startEvidenceRig } from './rig.ts';

const DAY_MS = 86_400_000;
/** The clock begins on 2 March 2026. */
const MARCH = { from: '2026-03-01', to: '2026-04-01' };

const test = suite<EvidenceRig>('gathering evidence');
test.before.each(async (context) => {
  Object.assign(context, await startEvidenceRig());
  await context.stores.members.save([{ memberId: 'M-1', phoneNumber: '+15550100001' }]);
});
test.after.each((context) => context.close());

test('it is of the last whole month, unless it is asked otherwise', async ({ gathered }) => {
  const at = (day: string) => `${day}T00:00:00.000Z`;
  assert.equal((await gathered()).period, { from: at('2026-02-01'), to: at('2026-03-01') });
  assert.equal((await gathered({ to: '2025-03-31' })).period, { from: at('2025-03-03'), to: at('2025-03-31') });
  assert.equal((await gathered({ from: '2026-02-20' })).period.to, new Date(START).toISOString());
  for (const asked of [{ from: '0001-01-01', to: '9999-12-31' }, { to: '0001-01-01' }]) {
    assert.equal((await gathered(asked)).flaws, []);
  }
});

test('a period that ends before it begins, or is none, is refused in words', async ({ evidence }) => {
  assert.match(String(await evidence.gather({ from: '2026-03-01', to: '2026-02-01' })), 'from must be before to');
  assert.match(String(await evidence.gather({ from: 'soon' })), 'ISO 8601');
});

test('of a log without anything it says that there is nothing', async ({ gathered }) => {
  const found = await gathered();
  assert.equal(found.log, { streams: 0, firstDay: null });
  assert.equal([found.reviews, found.disclosures, found.scripts, found.starts, found.flaws], [[], [], [], [], []]);
  assert.equal(found.calls, { calls: 0, byDisposition: {}, mostInADay: 0, mostInAWeek: 0 });
});

test('looks of the period are counted, and refusals apart', async (rig) => {
  await rig.look({ action: 'list' });
  await rig.look({ action: 'raw', by: 'api-key', purpose: 'BTG', reason: 'an emergency' });
  const { access } = await rig.gathered(MARCH);
  assert.equal(access, {
    looks: 2,
    refusals: 0,
    glassBroken: 1,
    byKind: { 'api-key': 1, person: 1 },
    byAction: { list: 1, raw: 1 },
  });
  assert.is((await rig.gathered({ from: '2026-03-03', to: '2026-04-01' })).access.looks, 0);
});

test('every month of the period in which there was a log is listed, also one in which nobody looked', async (rig) => {
  await rig.says('2025-12-30T10:00:00.000Z', 'StartServer', { version: '1', settings: {} });
  await rig.look({ action: 'list' });
  const { reviews } = await rig.gathered({ from: '2020-01-01', to: '2030-01-01' });
  assert.equal(
    reviews.map(({ month, isOver, counts }) => [month, isOver, counts.looks]),
    [
      ['2025-12', true, 0],
      ['2026-01', true, 0],
      ['2026-02', true, 0],
      ['2026-03', false, 1],
    ],
  );
});

test('a month is reviewed whole, whatever part of it the period has', async (rig) => {
  await rig.look({ action: 'list' });
  await rig.clock.advance(10 * DAY_MS);
  await rig.look({ action: 'list', requestId: 'another' });
  const { reviews, access } = await rig.gathered({ from: '2026-03-10', to: '2026-03-20' });
  assert.equal([reviews[0]?.counts.looks, access.looks], [2, 1]);
  assert.is(reviews[0]?.sha256, (await rig.gathered(MARCH)).reviews[0]?.sha256);
});

test('disclosures of the period that count are listed, with whom they concern', async (rig) => {
  const members = Array.from({ length: 30 }, (_, n) => `M-${String(n + 10)}`);
  const exportId = await rig.exported({ purpose: 'HLEGAL', members, calls: [callId(1), callId(2)], ended: false });
  await rig.exported({ purpose: 'TREAT', members: ['M-1'] });
  await rig.disclosures.record({
    ...{ memberId: 'M-1', recipient: 'An Agency', what: 'a call', purpose: 'a mistake', on: '2026-03-01' },
    ...{ reason: 'x', actor: 'compliance:bo' },
  });
  const until = '2026-09-01';
  const suspension = { memberId: 'M-1', agency: 'an agency', until, oral: false, reason: 'x', actor: 'compliance:bo' };
  await rig.disclosures.suspend(suspension);
  const { disclosures, flaws } = await rig.gathered(MARCH);
  assert.equal(flaws, []);
  assert.equal(
    disclosures.map(({ date, recipient, members: count, exportId: id, isWhole, suspended }) => {
      return [date, recipient.name, count, id, isWhole, suspended];
    }),
    [
      ['2026-03-01', 'An Agency', 1, null, true, 1],
      ['2026-03-02', 'Superior Court', 30, exportId, false, 0],
    ],
  );
  assert.is(disclosures[1]?.memberIds.length, 20);
  assert.match(disclosures[1]?.what ?? '', 'the records of 2 telephone calls');
  assert.equal((await rig.gathered({ from: '2026-04-01', to: '2026-05-01' })).disclosures, []);
});

test('an export that goes on over the end of a month is one of the month in which it began to leave', async (rig) => {
  await rig.clock.advance(30 * DAY_MS - 16 * 3_600_000);
  const exportId = await rig.exported({ purpose: 'HLEGAL', members: ['M-1'] });
  await rig.clock.advance(DAY_MS);
  await rig.look({ action: 'export', purpose: 'HLEGAL', requestId: exportId, members: ['M-1'] });
  await rig.clock.advance(40 * DAY_MS);
  assert.is((await rig.gathered({ from: '2026-03-01', to: '2026-04-01' })).disclosures.length, 1);
  assert.is((await rig.gathered({ from: '2026-04-01', to: '2026-05-01' })).disclosures.length, 0);
});

test('an export that nobody began in the log is named', async (rig) => {
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1'], begun: false });
  const { disclosures, flaws } = await rig.gathered(MARCH);
  assert.is(disclosures.length, 0);
  assert.match(flaws.join(), 'who received it?');
});

test('calls of the period are counted by what became of them, and by how often one member was called', async (rig) => {
  for (const n of [0, 1, 2, 9]) await rig.keep({ id: callId(n), conversation: busyOn(n) });
  await rig.keep({ id: callId(20), conversation: onDay(1), memberId: 'M-2' });
  const { calls } = await rig.gathered({ from: '2000-01-01', to: '2100-01-01' });
  assert.equal(calls, { calls: 5, byDisposition: { busy: 4, open: 1 }, mostInADay: 1, mostInAWeek: 3 });
});

test('scripts are those that calls followed, that were published in the period, or the newest before it', async (rig) => {
  const hashes: Record<string, string> = {};
  for (const [version, day] of [
    [7, '2025-10-01'],
    [8, '2025-11-01'],
    [9, '2026-03-01'],
    [10, '2026-05-01'],
  ] as const) {
    hashes[version] = await rig.publish(`${day}T00:00:00.000Z`, version);
  }
  const versions = async () => (await rig.gathered(MARCH)).scripts.map(({ version }) => version);
  assert.equal(await versions(), [8, 9]);
  const { scripts } = await rig.gathered(MARCH);
  assert.equal([scripts[0]?.hash, JSON.parse(scripts[0]!.text).version], [hashes[8], 8]);
});

test('a script of old that calls of the period followed is with them', async (rig) => {
  await rig.publish('2020-01-01T00:00:00.000Z', 1);
  await rig.publish('2020-02-01T00:00:00.000Z', 2);
  await rig.keep({ id: callId(1), conversation: busyOn(0) });
  const { scripts } = await rig.gathered({ from: '2021-01-01', to: '2100-01-01' });
  assert.equal(
    scripts.map(({ version, calls }) => [version, calls]),
    [
      [1, 1],
      [2, 0],
    ],
  );
});

test('settings are those of the starts in the period, and of the newest before it', async (rig) => {
  for (const [at, process] of [
    ['2025-01-01T00:00:00.000Z', 'oldest'],
    ['2025-02-01T00:00:00.000Z', 'before'],
    ['2026-03-01T00:00:00.000Z', 'within'],
    ['2026-04-01T00:00:00.000Z', 'after'],
  ] as const) {
    await rig.says(at, 'StartServer', {
      version: '1',
      process,
      verifierKey: `${process}+key`,
      settings: { host: 'h' },
    });
  }
  const { starts, verifierKey } = await rig.gathered(MARCH);
  assert.equal(
    starts.map(({ process }) => process),
    ['before', 'within'],
  );
  assert.is(verifierKey, 'after+key');
});

test('the last verification is that of the server, or the newest that the log has', async (rig) => {
  const result = { scope: 'all', streams: 3, entries: 9, findingCount: 1, noteCount: 0, findings: [], restsOn: null };
  await rig.says('2026-02-20T00:00:00.000Z', 'EndVerification', { ...result, findingCount: 0 });
  await rig.says('2026-03-01T00:00:00.000Z', 'EndVerification', result);
  const { verification, verifications } = await rig.gathered(MARCH);
  assert.equal([verification?.at, verification?.findingCount], ['2026-03-01T00:00:00.000Z', 1]);
  assert.equal(verifications, { count: 1, withFindings: 1 });
  const last = { ...result, scope: 'recent', at: '2026-03-02T00:00:00.000Z', actor: 'server' } as const;
  const found = await rig.gatherer({ lastVerification: () => last, checkpoint: async () => 'a note\n' }).gather(MARCH);
  assert.ok(typeof found !== 'string');
  assert.equal([found.verification?.at, found.checkpoint], [last.at, 'a note\n']);
});

test('a stream that cannot be read whole is named, and the rest goes on', async (rig) => {
  await rig.publish('2026-03-01T00:00:00.000Z', 3);
  await rig.says('2026-03-01T00:00:00.000Z', 'StartServer', { version: '1', settings: {} });
  await rig.says('2026-03-01T01:00:00.000Z', 'StartServer', { version: '1', settings: {} });
  const { log } = rig.stores;
  const gatherer = rig.gatherer({
    log: {
      ...log,
      registered: (since?: Date) => log.registered(since),
      read: async (stream: string, from?: number) => {
        const entries = await log.read(stream, from);
        return stream.startsWith('operation:') ? entries.slice(1) : entries;
      },
    },
  });
  const found = await gatherer.gather(MARCH);
  assert.ok(typeof found !== 'string');
  assert.match(found.flaws.join(), 'operation:2026-03-01: missing: entry 1');
  assert.equal([found.starts.length, found.scripts.length], [1, 1]);
});

test('who looked is told page by page, without whose data it was and without numbers', async (rig) => {
  for (let n = 0; n < 3; n += 1) {
    await rig.look({
      action: 'raw',
      calls: [callId(n)],
      members: ['M-1', 'M-2'],
      reason: 'call +15550100001',
      requestId: `r-${n}`,
    });
  }
  const whole = { from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };
  const { looks, next } = await rig.evidence.looks(whole, null);
  assert.equal([looks.length, next], [3, null]);
  const [look] = looks;
  assert.equal([look?.calls, look?.members, look?.reason], [1, 2, 'call +*******0001']);
  assert.not.match(JSON.stringify(looks), /M-\d|019aab00/);
});

test('more looks than one page holds are counted and told all the same', async (rig) => {
  const members = Array.from({ length: 1_001 }, (_, n) => [`M-${n}`]);
  await Promise.all(members.map((one, n) => rig.look({ action: 'raw', members: one, requestId: `r-${n}` })));
  assert.is((await rig.gathered(MARCH)).access.looks, 1_001);
  const whole = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
  const first = await rig.evidence.looks(whole, null);
  const second = await rig.evidence.looks(whole, first.next);
  assert.equal([first.looks.length, second.looks.length, second.next], [1_000, 1, null]);
  const ids = new Set([...first.looks, ...second.looks].map(({ requestId }) => requestId));
  assert.is(ids.size, 1_001);
});

test.run();
