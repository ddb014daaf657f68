import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOfLine, openTablesPlaces } from '../../../src/adapters/places/tables.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { EMPTY_ROW } from '../../../src/domain/places/row.ts';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { placesContract } from './contract.ts';

const LINE = '+15550100000';

async function open(prefix: string, special: { readonly createTables?: boolean; readonly timeLimitMs?: number } = {}) {
  const options = { prefix, createTables: true, clock: systemClock, ...special };
  return openTablesPlaces({ connectionString: (await azurite()).connectionString }, options);
}

const newPrefix = (): string => `P${randomUUID().slice(0, 8)}`;

placesContract('in Azure Tables', async () => {
  const prefix = newPrefix();
  return [await open(prefix), await open(prefix)];
});

let proxy: LossyProxy;
test.before.each(async () => {
  proxy = await startLossyProxy(new URL((await azurite()).tablesUrl).origin, { seed: 3 });
});
test.after.each(() => proxy.close());

function throughProxy(prefix: string) {
  const connectionString = connectionStringOf({ tables: proxy.url, queues: proxy.url });
  return openTablesPlaces(
    { connectionString },
    { prefix, createTables: false, clock: systemClock, timeLimitMs: 2_000 },
  );
}

test('a request is sent once, and one whose answer is lost says nothing of what became of it', async () => {
  const prefix = newPrefix();
  const inserted = await (await open(prefix)).insert(LINE, EMPTY_ROW);
  assert.ok(inserted !== 'exists' && 'etag' in inserted);
  const places = throughProxy(prefix);
  for (const fault of ['reset', 'busy', 'lostAnswer', 'failedAfter', 'failedBefore'] as const) {
    const read = await places.read(LINE);
    assert.ok(read !== 'absent' && 'etag' in read);
    const before = proxy.counts().total;
    proxy.plan([fault]);
    assert.equal(
      await places.write(LINE, { ...EMPTY_ROW, normals: 1 }, read.etag),
      { lost: 'PLACES_UNAVAILABLE' },
      fault,
    );
    assert.is(proxy.counts().total, before + 1, fault);
  }
  places.close();
});

test('a table that is missing is named where it may not be made', async () => {
  const places = await open(newPrefix(), { createTables: false });
  assert.equal(await places.read(LINE), { lost: 'PLACES_MISSING' });
  places.close();
});

test('nothing but reading, inserting and changing under a tag is asked, and no number stands in an address', async () => {
  const prefix = newPrefix();
  await (await open(prefix)).read(LINE);
  const places = throughProxy(prefix);
  const inserted = await places.insert(LINE, EMPTY_ROW);
  assert.ok(inserted !== 'exists' && 'etag' in inserted);
  await places.write(LINE, { ...EMPTY_ROW, normals: 1 }, inserted.etag);
  await places.read(LINE);
  assert.equal(
    Object.keys(proxy.counts().requests).map((line) => line.split(' ')[0]),
    ['POST', 'PUT', 'GET'],
  );
  assert.not.ok(keyOfLine(prefix, LINE).includes('555'));
  assert.is.not(keyOfLine(prefix, LINE), keyOfLine(prefix, '+15550100001'));
  places.close();
});

test.run();
