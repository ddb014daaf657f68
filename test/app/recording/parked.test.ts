import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { openRig, type Rig } from '../rig.ts';
import { initiated } from '../samples.ts';

const BROKEN = '019aab00-0000-7000-8000-00000000bad0';

let rig: Rig;

test.before.each(async () => {
  rig = await openRig();
});
test.after.each(() => rig.close());

/** A call whose stream begins with something that this program cannot have written. */
async function breakCall(): Promise<void> {
  await rig.stores.log.register(BROKEN, new Date());
  await rig.stores.log.append(BROKEN, EMPTY_HEAD, [{ ...initiated(QUESTIONNAIRE), type: 'WrittenByNobody' }]);
}

test('a call whose stream cannot be handled is set aside at the start and named; the others go on', async () => {
  await breakCall();
  const app = await rig.start();
  assert.equal(app.health().parked, [BROKEN]);
  assert.match(app.health().problems.join(), BROKEN);
  assert.is(app.health().ready, true);
  assert.is((await app.initiate({ memberId: 'M-2', actor: 'coordinator:ann' })).ok, true);
});

test('a callback of such a call is refused with a code, and only that call is held up', async () => {
  const app = await rig.start();
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
  await rig.start();
  assert.is(rig.journal.filter(({ fields }) => fields['code'] === 'CALL_PARKED').length, 1);
});

test.run();
