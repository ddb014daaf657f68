import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { uuidv7 } from '../../src/composition/ids.ts';
import { isCallStream } from '../../src/domain/streams.ts';

test('a call’s id is a UUID of version 7 that sorts by time', () => {
  const ids = [0, 1, 255, 1_700_000_000_000, 1_700_000_000_001, 2 ** 47].map(uuidv7);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal([...ids].sort(), ids);
  assert.is(Number.parseInt(ids[3]!.replace('-', '').slice(0, 12), 16), 1_700_000_000_000);
  assert.ok(ids.every(isCallStream), 'as the name of a stream it is told from all others');
});

test('a thousand ids of one millisecond differ', () => {
  assert.is(new Set(Array.from({ length: 1_000 }, () => uuidv7(1_700_000_000_000))).size, 1_000);
});

test.run();
