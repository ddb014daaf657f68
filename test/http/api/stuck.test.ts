import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HelpResult } from '../../../src/app/api.ts';
import { type Rig, startRig } from '../rig.ts';
import { CALL } from '../samples.ts';

const test = suite<Rig>('stuck calls');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
});
test.after.each((context) => context.close());

const help = ({ server }: Rig, how: string, payload: object, call = CALL) =>
  server.inject({ method: 'POST', url: `/api/calls/${call}/${how}`, payload });

const STUCK = {
  callSessionId: CALL,
  why: 'overdue',
  at: 'asking',
  since: '2026-03-02T15:00:00.000Z',
  canCheck: true,
  canClose: true,
  next: 'ask the provider about it',
} as const;

test('operators see which calls are stuck and what to do, and that they looked is recorded first', async (rig) => {
  rig.fake.stuck = { calls: [{ ...STUCK, ...{ memberId: 'M-1', phoneNumber: '+15550142' } }], more: true };
  assert.equal((await rig.server.inject('/api/calls/stuck')).json(), { calls: [STUCK], more: true });
  const [look] = rig.audit.seen;
  assert.equal([look?.action, look?.calls, look?.members], ['list', [CALL], []]);
});

const ANSWERS: Readonly<Record<HelpResult, readonly [status: number, said: string]>> = {
  checking: [202, 'Checking'],
  closed: [202, 'Closed'],
  resumed: [202, 'Resumed'],
  'unknown-call': [404, 'CALL_NOT_FOUND'],
  'already-ended': [409, 'CALL_ENDED'],
  'not-overdue': [409, 'CALL_NOT_OVERDUE'],
  'no-leg': [409, 'CALL_WITHOUT_CONNECTION'],
  foreign: [409, 'CALL_OF_LATER_RELEASE'],
};

for (const [result, [status, said]] of Object.entries(ANSWERS)) {
  test(`${result} is answered ${status} ${said}, whatever was asked`, async (rig) => {
    rig.fake.helped = result as HelpResult;
    for (const how of ['check', 'close']) {
      const response = await help(rig, how, { reason: 'it hangs' });
      assert.equal([response.statusCode, response.json().code ?? response.json().status], [status, said]);
    }
  });
}

test('each takes a reason, and goes to the application in the name of who asks', async (rig) => {
  for (const how of ['check', 'close']) {
    for (const body of [{}, { reason: '' }, { reason: 'x'.repeat(501) }, { reason: 'r', force: true }]) {
      assert.is((await help(rig, how, body)).statusCode, 400);
    }
    assert.is((await help(rig, how, { reason: 'it hangs' })).statusCode, 202);
  }
  const request = { callSessionId: CALL, actor: 'operator:local', reason: 'it hangs' };
  assert.equal([rig.fake.asked.check, rig.fake.asked.closeCall], [[[request]], [[request]]]);
});

test.run();
