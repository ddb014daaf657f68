import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { initiated } from '../begun.ts';
import { type Bench, callback, openBench, QUESTIONNAIRE } from '../fixtures.ts';

const BROKEN = '019aab00-0000-7000-8000-00000000bad0';

let bench: Bench;

test.before.each(async () => {
  bench = await openBench();
});
test.after.each(() => bench.close());

/** A call whose stream begins with something that this program cannot have written. */
async function breakCall(): Promise<void> {
  await bench.stores.log.register(BROKEN, new Date());
  await bench.stores.log.append(BROKEN, EMPTY_HEAD, [{ ...initiated(QUESTIONNAIRE), type: 'WrittenByNobody' }]);
}

test('a call whose stream cannot be handled is set aside at the start and named; the others go on', async () => {
  await breakCall();
  const app = await bench.start();
  assert.equal(app.health().parked, [BROKEN]);
  assert.match(app.health().problems.join(), BROKEN);
  assert.is(app.health().ready, true);
  assert.is((await app.initiate({ memberId: 'M-2', actor: 'coordinator:ann' })).ok, true);
});

test('a callback of such a call is refused with a code, and only that call is held up', async () => {
  const app = await bench.start();
  const result = await app.initiate({ memberId: 'M-2', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await breakCall();
  try {
    await app.recordCallbacks(BROKEN, [callback('CallConnected', {})]);
    assert.unreachable('it was recorded');
  } catch (error) {
    assert.is(error instanceof Error && 'code' in error && error.code, 'CALL_PARKED');
  }
  assert.is(await app.recordCallbacks(result.callSessionId, [callback('ParticipantsUpdated', {})]), 'recorded');
});

test('it is named in the journal once, not at every look', async () => {
  await breakCall();
  await bench.start();
  assert.is(bench.journal.filter(({ fields }) => fields['code'] === 'CALL_PARKED').length, 1);
});

test.run();
