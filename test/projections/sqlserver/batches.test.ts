import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessFilter } from '../../../projections/access.ts';
import type { CallFilter } from '../../../projections/ports.ts';
import { sqlServerOn } from '../../../projections/sqlserver/pool.ts';
import { WORDS_MAX } from '../../../src/domain/member/search.ts';
import { hastyClock } from '../../support/hasty-clock.ts';
import { record, recordsOf } from '../access-contract.ts';
import { rows } from '../samples.ts';
import { answering } from './batches/database.ts';
import { batchesFor, everyBatch, ID_TYPES } from './batches/every-batch.ts';
import { ADAPTERS, recorder } from './batches/recorder.ts';

const test = suite('the list of every batch that goes to SQL Server');

/** The lines of the adapters in which a batch is sent; the driver only passes them on. */
function placesInSources(): string[] {
  const files = readdirSync(ADAPTERS, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && file !== 'driver.ts')
    .flatMap((file) =>
      readFileSync(join(ADAPTERS, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (/\.(?:batch|query|long)\b.*\(/.test(line) ? [`${file}:${index + 1}`] : [])),
    );
}

test('has what every line of the adapters sends', async () => {
  const members = { table: 'Members', memberId: 'MemberId', phoneNumber: 'PhoneNumber' };
  const shape = { names: members, isOurs: true, idTypes: Object.keys(ID_TYPES) };
  const { places } = await batchesFor({ schema: 'callistra', olderSchema: 'dbo', members: [shape] });
  assert.equal([...places].sort(), placesInSources().sort());
});

const text = fc.string({ minLength: 1 });
const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
const some = fc.oneof(text, fc.array(text));
const callFilter = fc.record(
  { memberId: text, status: some, disposition: some, questionnaire: text, from: time, to: time },
  { requiredKeys: [] },
) as fc.Arbitrary<CallFilter>;
const accessFilter = fc.record(
  { member: text, call: text, actor: text, byCompliance: fc.constant(true as const), from: time, to: time },
  { requiredKeys: [] },
) as fc.Arbitrary<AccessFilter>;
const id = fc.oneof(text, fc.uuid(), fc.nat().map(String));

test('has what is sent for whatever is asked: no value is part of a text', async () => {
  const listed = new Set((await everyBatch()).map((batch) => batch.text));
  await fc.assert(
    fc.asyncProperty(
      fc.record({ callFilter, accessFilter, id, limit: fc.integer({ min: 1, max: 1000 }), since: time }),
      fc.option(text, { nil: undefined }),
      fc.constantFrom(...Object.keys(ID_TYPES)),
      async ({ callFilter, accessFilter, id, limit, since }, after, idType) => {
        const sent = recorder(answering(idType));
        const members = { table: `plan.Members_${idType}`, memberId: 'MemberId', phoneNumber: 'PhoneNumber' };
        const options = { schema: 'callistra', olderSchema: 'dbo', clock: hastyClock(), members, membersCreate: true };
        const { readStore, access, members: own } = sqlServerOn(sent.database, options, async () => undefined);
        await readStore.list({ filter: callFilter, limit, ...(after !== undefined && { after }) });
        await readStore.write([rows(limit, { memberId: id, version: limit }, { [limit]: id })]);
        await readStore.bySession(id);
        await readStore.bySessions([id]);
        await readStore.byConnection(id);
        await readStore.byAnyId(id, id.toLowerCase());
        await readStore.byProviderIds({ correlationId: id, serverCallId: id });
        await readStore.versions([id]);
        await readStore.counts(since, since);
        await readStore.notices.due(since, limit);
        await readStore.notices.mark([{ callSessionId: id, version: limit, published: [id] }]);
        await access.list({ filter: accessFilter, limit, ...(after !== undefined && { before: after }) });
        await access.write([recordsOf([record(limit, { actor: id })], id)]);
        await access.replace(recordsOf([record(limit, { actor: id })], id));
        await access.versions([id]);
        await access.ofStream(id);
        await access.markCaughtUp(since);
        await own.find(id);
        await own.save([{ memberId: id, phoneNumber: id }]);
        await own.list({ limit, after: id });
        const words = Array.from({ length: limit % (WORDS_MAX + 1) }, () => id);
        await own.search({ sought: { id, words, digits: limit % 2 === 0 ? id : null }, limit, after: id });
        await own.compare([{ memberId: id, phoneNumber: id }]);
        for (const batch of sent.batches) assert.ok(listed.has(batch.text), batch.text);
      },
    ),
  );
});

test('begins with what makes the tables, and has each text once, under a name', async () => {
  const batches = await everyBatch();
  const makes = batches.map((batch) => /^(?:IF OBJECT_ID.*\s+)?CREATE (?:TABLE|INDEX) /.test(batch.text));
  assert.ok(makes.lastIndexOf(true) < makes.indexOf(false));
  assert.is(new Set(batches.map((batch) => batch.text)).size, batches.length);
  assert.ok(batches.every(({ name }) => name !== ''));
  for (const type of Object.values(ID_TYPES)) {
    assert.ok(
      batches.some((batch) => batch.text.includes(`MemberId ${type} NOT NULL`)),
      type,
    );
  }
});

test.run();
