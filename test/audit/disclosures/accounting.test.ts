import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Accounting } from '../../../src/audit/disclosures/api.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import { busyOn, callId } from '../replay/rig.ts';
import { COURT, type DisclosuresRig, startDisclosuresRig } from './rig.ts';

const DAY_MS = 86_400_000;
const NUMBER = '+15550100001';

const test = suite<DisclosuresRig>('accounting of disclosures');
test.before.each(async (context) => {
  Object.assign(context, await startDisclosuresRig());
  await context.stores.members.save([
    { memberId: 'M-1', phoneNumber: NUMBER },
    { memberId: 'M-2', phoneNumber: '+15550100002' },
  ]);
});
test.after.each((context) => context.close());

const byHand = {
  memberId: 'M-1',
  recipient: 'Whoever answered',
  what: 'that the plan calls M-1',
  purpose: 'by mistake: a wrong number',
  reason: 'the caller told us',
  actor: 'compliance:bo',
};
const suspended = { memberId: 'M-1', agency: COURT.name, oral: false, reason: 'an inquiry', actor: 'compliance:bo' };

const today = ({ clock }: DisclosuresRig, days = 0) => new Date(clock.now() + days * DAY_MS).toISOString().slice(0, 10);

async function accounting({ disclosures }: DisclosuresRig, asked = {}, member = 'M-1'): Promise<Accounting> {
  const found = await disclosures.accounting(member, asked);
  if (found === null || typeof found === 'string') return assert.unreachable(`${found}`) as never;
  return found;
}

test('each disclosure is told with date, recipient and address, what it was and what for', async (rig) => {
  await rig.keep({ id: callId(1), conversation: busyOn(0) });
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1', 'M-2'], calls: [callId(1), callId(7)] });
  const told = await accounting(rig);
  assert.equal(told.flaws, []);
  assert.equal(
    told.disclosures.map(({ source, ...one }) => one),
    [
      {
        date: today(rig),
        recipient: { name: 'Superior Court', address: '12 Main Street' },
        what: 'the record of one telephone call: number called, times, what was asked, keys pressed',
        purpose: 'required by law or for a legal proceeding (45 CFR 164.512)',
      },
    ],
  );
  const { stream, version } = told.disclosures[0]!.source;
  const entries = await rig.stores.log.read(stream);
  assert.is(entries[version - 1]?.type, 'BeginExport');
});

test('one that was broken off counts by what had left, and of whom nothing had left is told nothing', async (rig) => {
  await rig.exported({ purpose: 'PUBHLTH', members: ['M-1'], ended: false });
  assert.is((await accounting(rig)).disclosures.length, 1);
  assert.is((await accounting(rig, {}, 'M-2')).disclosures.length, 0);
});

test('an export in many parts is one disclosure, of the day on which the first left', async (rig) => {
  const exportId = await rig.exported({ purpose: 'HLEGAL', members: ['M-1'] });
  const first = today(rig);
  await rig.clock.advance(DAY_MS);
  await rig.look({ action: 'export', purpose: 'HLEGAL', requestId: exportId, members: ['M-1'] });
  const told = await accounting(rig);
  assert.equal(
    told.disclosures.map(({ date }) => date),
    [first],
  );
  assert.equal((await accounting(rig, { from: today(rig) })).disclosures, []);
});

test('an export that nobody began in the log is named, and tells nobody’s name', async (rig) => {
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1'], begun: false, ended: false });
  await rig.look({ action: 'export', requestId: 'no-export', members: ['M-1'] });
  await rig.clock.advance(1_000);
  const { disclosures, flaws } = await accounting(rig);
  assert.equal(disclosures, []);
  assert.is(flaws.length, 2);
  for (const flaw of flaws) assert.match(flaw, 'who received it?');
});

test('looks that are no exports are no disclosures', async (rig) => {
  for (const action of ['status', 'raw', 'number-revealed', 'evidence', 'disclosures', 'backup'] as const) {
    await rig.look({ action, members: ['M-1'], purpose: 'HLEGAL' });
  }
  const { disclosures, flaws } = await accounting(rig);
  assert.equal([disclosures, flaws], [[], []]);
});

test('what was disclosed elsewhere or by mistake is recorded by hand, and told in the order of days', async (rig) => {
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1'] });
  const recorded = await rig.disclosures.record({ ...byHand, on: today(rig, -3) });
  assert.ok(recorded && typeof recorded === 'object');
  const { disclosures } = await accounting(rig);
  assert.equal(
    disclosures
      .map(({ date, recipient, what, purpose }) => [date, recipient.name, recipient.address, what, purpose])
      .at(0),
    [today(rig, -3), 'Whoever answered', null, 'that the plan calls M-1', 'by mistake: a wrong number'],
  );
  assert.is(disclosures.length, 2);
  const entry = (await rig.stores.log.read(operationStream(recorded.recordedAt))).find(({ id }) => id === recorded.id);
  assert.equal([entry?.type, entry?.actor], ['RecordDisclosure', 'compliance:bo']);
  assert.equal((await accounting(rig, {}, 'M-2')).disclosures, []);
});

test('why it was recorded is not told to the member, and numbers in what people wrote are masked', async (rig) => {
  const on = today(rig);
  await rig.disclosures.record({ ...byHand, on, recipient: `Bo, ${NUMBER}`, address: `fax ${NUMBER}`, what: NUMBER });
  await rig.disclosures.record({ ...byHand, on, purpose: `see ${NUMBER}`, reason: `told by ${NUMBER}` });
  const told = JSON.stringify(await accounting(rig));
  assert.not.match(told, /15550100001/);
  assert.match(told, '*******0001');
  assert.not.match(told, 'told by');
});

test('it goes six years back, unless it is asked otherwise', async (rig) => {
  const { from, to } = await accounting(rig);
  assert.is(to, new Date(rig.clock.now()).toISOString());
  assert.is(Number(to.slice(0, 4)) - Number(from.slice(0, 4)), 6);
  assert.is(from.slice(4), to.slice(4));
  const old = `${Number(to.slice(0, 4)) - 7}-06-01`;
  await rig.disclosures.record({ ...byHand, on: old });
  assert.equal((await accounting(rig)).disclosures, []);
  assert.is((await accounting(rig, { from: '0001-01-01', to: '9999-12-31' })).disclosures.length, 1);
  assert.is((await accounting(rig, { from: old })).disclosures.length, 1);
  assert.is((await accounting(rig, { to: `${old}T00:00:00Z` })).disclosures.length, 0);
});

test('a period that ends before it begins, or is none, is refused in words', async ({ disclosures }) => {
  for (const asked of [{ from: '2026-02-01', to: '2026-01-01' }, { from: '9000-01-01' }]) {
    assert.match(String(await disclosures.accounting('M-1', asked)), 'from must be before to');
  }
  for (const asked of [{ from: 'yesterday' }, { to: '2026' }]) {
    assert.match(String(await disclosures.accounting('M-1', asked)), 'ISO 8601');
  }
});

test('of whom nobody knows nothing is told, recorded or suspended', async (rig) => {
  assert.is(await rig.disclosures.accounting('M-9', {}), null);
  assert.is(await rig.disclosures.record({ ...byHand, memberId: 'M-9', on: today(rig) }), null);
  assert.is(await rig.disclosures.suspend({ ...suspended, memberId: 'M-9', until: today(rig, 9) }), null);
});

test('a day that is none, or lies ahead, is refused in words', async (rig) => {
  for (const on of ['2026-02-30', '2026-2-3', 'x', today(rig, 1)]) {
    assert.type(await rig.disclosures.record({ ...byHand, on }), 'string', on);
  }
});

test('what says nothing is refused in words, and nothing is recorded', async (rig) => {
  for (const name of ['recipient', 'what', 'purpose', 'reason']) {
    assert.is(await rig.disclosures.record({ ...byHand, on: today(rig), [name]: ' ' }), `${name} says nothing`);
  }
  for (const name of ['agency', 'reason']) {
    assert.is(
      await rig.disclosures.suspend({ ...suspended, until: today(rig, 5), [name]: '' }),
      `${name} says nothing`,
    );
  }
  assert.equal(await rig.stores.log.read(operationStream(new Date(rig.clock.now()).toISOString())), []);
});

test('an agency’s statement keeps disclosures to it out until its day, and compliance is told so', async (rig) => {
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1'] });
  await rig.disclosures.record({ ...byHand, on: today(rig), recipient: '  superior COURT ' });
  await rig.disclosures.record({ ...byHand, on: today(rig), recipient: 'Superior Court of Appeal' });
  const until = today(rig, 400);
  await rig.disclosures.suspend({ ...suspended, until });
  const { disclosures, suspended: out } = await accounting(rig);
  assert.equal(
    disclosures.map(({ recipient }) => recipient.name),
    ['Superior Court of Appeal'],
  );
  assert.equal(out, [{ agency: 'Superior Court', until, disclosures: 2 }]);
  await rig.clock.advance(399 * DAY_MS);
  assert.is((await accounting(rig)).disclosures.length, 1);
  await rig.clock.advance(DAY_MS);
  const after = await accounting(rig);
  assert.equal([after.disclosures.length, after.suspended], [3, []]);
});

test('a statement for one member keeps nothing from another', async (rig) => {
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1', 'M-2'] });
  await rig.disclosures.suspend({ ...suspended, until: today(rig, 9) });
  assert.is((await accounting(rig)).disclosures.length, 0);
  assert.is((await accounting(rig, {}, 'M-2')).disclosures.length, 1);
});

test('a recipient whose name holds a number is kept out under it', async (rig) => {
  const name = `Agent ${NUMBER}`;
  await rig.exported({ purpose: 'HLEGAL', members: ['M-1'], recipient: { name } });
  await rig.disclosures.suspend({ ...suspended, agency: name, until: today(rig, 9) });
  assert.equal((await accounting(rig)).disclosures, []);
});

test('an oral statement holds for thirty days at most, also when it is said again', async (rig) => {
  const oral = { ...suspended, oral: true };
  assert.match(String(await rig.disclosures.suspend({ ...oral, until: today(rig, 31) })), '30 days at most');
  assert.type(await rig.disclosures.suspend({ ...oral, until: today(rig, 30) }), 'object');
  await rig.clock.advance(20 * DAY_MS);
  assert.type(await rig.disclosures.suspend({ ...oral, until: today(rig, 11) }), 'string');
  assert.type(await rig.disclosures.suspend({ ...oral, until: today(rig, 10) }), 'object');
  assert.type(await rig.disclosures.suspend({ ...oral, agency: 'Another', until: today(rig, 30) }), 'object');
  assert.type(await rig.disclosures.suspend({ ...oral, oral: false, until: today(rig, 500) }), 'object');
});

test('a day until when that is none, or is over, is refused in words', async (rig) => {
  for (const until of ['2026-02-30', 'x', today(rig), today(rig, -1)]) {
    assert.type(await rig.disclosures.suspend({ ...suspended, until }), 'string', until);
  }
});

test('both stand in the member’s history, whose notes say where', async (rig) => {
  await rig.disclosures.record({ ...byHand, on: today(rig) });
  await rig.disclosures.suspend({ ...suspended, oral: true, until: today(rig, 5) });
  const { items, flaws } = (await rig.replays.history('M-1', { after: null, limit: 9 }))!;
  assert.equal(flaws, []);
  assert.equal(items.map(({ kind, what }) => `${kind}: ${what}`).sort(), [
    `disclosure: recorded a disclosure of ${today(rig)} to Whoever answered: "that the plan calls M-1"`,
    `disclosure: suspended the accounting of disclosures to Superior Court until ${today(rig, 5)}, on its word alone`,
  ]);
});

test('a note whose disclosure is gone is named', async (rig) => {
  const recorded = await rig.disclosures.record({ ...byHand, on: today(rig) });
  assert.ok(recorded && typeof recorded === 'object');
  const gone = operationStream(recorded.recordedAt);
  const { log } = rig.stores;
  const read = log.read.bind(log);
  Object.assign(log, { read: async (stream: string, from?: number) => (stream === gone ? [] : read(stream, from)) });
  const { flaws } = await accounting(rig);
  assert.match(flaws.join(), `is not in stream ${gone}`);
});

test.run();
