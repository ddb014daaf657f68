import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SignedOff } from '../../../src/audit/evidence/api.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import { type EvidenceRig, startEvidenceRig } from './rig.ts';

const DAY_MS = 86_400_000;
const MARCH = { from: '2026-03-01', to: '2026-04-01' };
const asked = { month: '2026-03', statement: 'read it, nothing odd', actor: 'compliance:bo' };

const test = suite<EvidenceRig>('sign-off of who looked');
test.before.each(async (context) => {
  Object.assign(context, await startEvidenceRig());
  await context.look({ action: 'list' });
  await context.look({ action: 'raw', purpose: 'BTG', reason: 'call +15550100001\nnow' });
  await context.clock.advance(40 * DAY_MS);
});
test.after.each((context) => context.close());

async function signed({ evidence }: EvidenceRig, change = {}): Promise<SignedOff> {
  const found = await evidence.signOff({ ...asked, ...change });
  if (typeof found === 'string') throw new Error(found);
  return found;
}

test('it is an entry with the month, what the reviewer says, the counts and the hash of the report', async (rig) => {
  const { id, counts, sha256, recordedAt } = await signed(rig);
  assert.equal(counts, { looks: 2, refusals: 0, glassBroken: 1, actors: 1 });
  const entry = (await rig.stores.log.read(operationStream(recordedAt))).find((one) => one.id === id);
  assert.equal([entry?.type, entry?.actor], ['SignOffAccess', 'compliance:bo']);
  assert.equal(JSON.parse(entry!.data), { month: '2026-03', statement: asked.statement, counts, sha256 });
  const [review] = (await rig.gathered(MARCH)).reviews;
  assert.equal([review?.sha256, review?.signOffs.map((one) => one.id)], [sha256, [id]]);
});

test('the report names who looked and every look that broke the glass, without numbers', async (rig) => {
  const [review] = (await rig.gathered(MARCH)).reviews;
  assert.equal(review?.text.trimEnd().split('\n'), [
    'Access to members’ data in 2026-03 (UTC)',
    'looks 2, by 1 actors; requests turned away 0; glass broken 1',
    'compliance:bo (person): looks 2: list 1, raw 1',
    'glass broken 2026-03-02T15:00:00.000Z compliance:bo: raw: call +*******0001 now',
  ]);
});

test('the review of one month alone is the same as in the evidence, with its sign-offs', async (rig) => {
  await signed(rig);
  await rig.clock.advance(20 * DAY_MS);
  await signed(rig, { statement: 'read it again' });
  const [inEvidence] = (await rig.gathered(MARCH)).reviews;
  assert.is(inEvidence?.signOffs.length, 2);
  assert.equal(await rig.evidence.review('2026-03'), inEvidence);
  for (const month of ['2026-13', 'March']) assert.type(await rig.evidence.review(month), 'string');
});

test('a month that is not over, or is none, is not signed off', async ({ evidence }) => {
  for (const month of ['2026-04', '2027-01', '2026-13', '2026-3', 'March']) {
    assert.type(await evidence.signOff({ ...asked, month }), 'string', month);
  }
});

test('whoever names the report that was read signs no other', async (rig) => {
  const [review] = (await rig.gathered(MARCH)).reviews;
  assert.match(String(await rig.evidence.signOff({ ...asked, report: 'a'.repeat(64) })), 'is another one now');
  assert.is((await signed(rig, { report: review?.sha256 })).sha256, review?.sha256);
});

test('a look that becomes known later makes another report than the one that was signed off', async (rig) => {
  const { sha256 } = await signed(rig);
  const late = { ...(await rig.looks({ filter: {}, limit: 1 }))[0]!, recordId: '2026-03-03T00:00:00.000Z-1-x' };
  const looks: EvidenceRig['looks'] = async (page) => [
    { ...late, at: '2026-03-03T00:00:00.000Z' },
    ...(await rig.looks(page)),
  ];
  const found = await rig.gatherer({ looks }).gather(MARCH);
  assert.ok(typeof found !== 'string');
  const [review] = found.reviews;
  assert.is(review?.counts.looks, 3);
  assert.is.not(review?.sha256, sha256);
  assert.is(review?.signOffs[0]?.sha256, sha256);
});

test.run();
