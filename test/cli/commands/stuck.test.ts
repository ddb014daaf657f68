import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SignedRig, startSignedRig } from '../../e2e/signed-rig.ts';
import { callistra } from '../terminal.ts';

const LOST = '019aab00-0000-7000-8000-00000000dead';
const ELSE = '019aab00-0000-7000-8000-00000000beef';

let rig: SignedRig;

test.before(async () => {
  rig = await startSignedRig([]);
});
test.after(() => rig.close());

const calls = (...args: string[]) => callistra(['calls', ...args, '--url', rig.url]);
const quarantine = (...args: string[]) => callistra(['quarantine', ...args, '--url', rig.url]);

test('an operator hears that nothing is stuck, and why a call cannot be helped', async () => {
  const { code, out } = await calls('stuck');
  assert.equal([code, out.trim()], [0, 'No call is stuck.']);
  for (const how of ['check', 'close']) {
    const refused = await calls(how, LOST, '--reason', 'it hangs');
    assert.is(refused.code, 1);
    assert.match(refused.err, 'CALL_NOT_FOUND');
    assert.match((await calls(how, LOST)).err, '--reason');
  }
});

test('an operator signs somebody out of the console, for a reason', async () => {
  const sessions = (...args: string[]) => callistra(['sessions', 'end', ...args, '--url', rig.url]);
  assert.match((await sessions('anna', '--reason', 'left the plan')).out, /Nobody is signed in as anna/);
  assert.match((await sessions('anna')).err, '--reason');
  assert.match((await sessions('no one', '--reason', 'left')).err, 'BAD_REQUEST');
});

test('many are given up by what they have in common, and never all by mistake', async () => {
  for (const call of [LOST, LOST, ELSE]) assert.is((await rig.deliver(call)).status, 200);
  assert.match((await quarantine('list', '--call', ELSE)).out, ELSE);
  assert.not.match((await quarantine('list', '--call', ELSE)).out, LOST);
  const refused = await quarantine('discard', '--reason', 'not ours');
  assert.is(refused.code, 2);
  assert.match(refused.err, '--all');
  assert.is((await quarantine('list', '--json', '--all')).code, 0);
  const { json } = await quarantine('discard', '--call', LOST, '--reason', 'not ours', '--json');
  assert.ok((json[0] as { discarded: number }).discarded > 0);
  const left = await quarantine('list');
  assert.match(left.out, ELSE);
  assert.not.match(left.out, LOST);
  assert.match((await quarantine('discard', '--all', '--reason', 'not ours')).out, 'discarded: 1');
  assert.match((await quarantine('list', '--expired')).out, 'Nothing has expired.');
});

test.run();
