import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SignedRig, startSignedRig } from '../../e2e/signed-rig.ts';
import { callistra } from '../terminal.ts';

const LOST = '019aab00-0000-7000-8000-00000000dead';

let rig: SignedRig;

test.before(async () => {
  rig = await startSignedRig([]);
});
test.after(() => rig.close());

const quarantine = (...args: string[]) => callistra(['quarantine', ...args, '--url', rig.url]);

test('an operator lists what waits, hears why it cannot be released, and gives it up with a reason', async () => {
  assert.match((await quarantine('list')).out, 'Nothing is in the quarantine.');
  assert.is((await rig.deliver(LOST)).status, 200);
  const { json } = await quarantine('list', '--json');
  const [item] = json[0] as { id: string; callSessionId: string }[];
  assert.ok(item);
  assert.is(item.callSessionId, LOST);
  const released = await quarantine('release', item.id);
  assert.is(released.code, 1);
  assert.match(released.err, 'CALL_STILL_UNKNOWN');
  assert.is((await quarantine('discard', item.id, '--reason', 'of another system')).code, 0);
  assert.match((await quarantine('list')).out, 'Nothing is in the quarantine.');
});

test('giving up takes a reason', async () => {
  const { code, err } = await quarantine('discard', 'x');
  assert.is(code, 2);
  assert.match(err, '--reason');
});

test('without a server it says how to start one, and ends with 2', async () => {
  const { code, err } = await callistra(['quarantine', 'list', '--url', 'http://127.0.0.1:9']);
  assert.is(code, 2);
  assert.match(err, 'callistra serve');
});

test.run();
