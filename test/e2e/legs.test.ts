import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Entry } from '../../src/domain/entries.ts';
import { telephonyTo } from '../support/acs-telephony.ts';
import { cloudEvent } from '../support/callbacks.ts';
import { until } from '../support/until.ts';
import { initiate } from './rig.ts';
import { type SignedRig, startSignedRig } from './signed-rig.ts';

/** Says that somebody is there, and then listens for as long as the test takes. */
const LISTENS = { reactions: [{ press: ['one' as const], afterMs: 100 }] };
const SPARE = '+15550103999';

let rig: SignedRig;
let calls: readonly { readonly id: string; readonly leg: string }[];

test.before(async () => {
  rig = await startSignedRig([
    { behaviour: LISTENS },
    { behaviour: LISTENS },
    { behaviour: LISTENS, phoneNumber: SPARE },
  ]);
  calls = await Promise.all(rig.members.slice(0, 2).map(begin));
});
test.after(() => rig.close());

async function begin({ memberId, phoneNumber }: { readonly memberId: string; readonly phoneNumber: string }) {
  const id = await initiate(rig.url, memberId);
  const line = () => rig.simulator.calls().find(({ number }) => number === phoneNumber);
  await until('the first question is asked', () => (line()?.recognizes ?? 0) >= 2);
  return { id, leg: line()!.callConnectionId };
}

const stream = (id: string): Promise<readonly Entry[]> => rig.server.stores.log.read(id);
const stateOf = (leg: string) => rig.simulator.calls().find(({ callConnectionId }) => callConnectionId === leg)?.state;

/** What the provider said of a leg that was asked about. */
async function answersTo(id: string, leg: string): Promise<readonly unknown[]> {
  const entries = await stream(id);
  const checks = entries.filter(({ type, data }) => type === 'CheckCall' && JSON.parse(data).callConnectionId === leg);
  return entries.filter(({ cause, kind }) => kind === 'outcome' && checks.some((check) => check.id === cause));
}

test('whatever a callback of one call says of another call’s leg, that leg is neither hung up nor spoken into', async () => {
  const [one, two] = calls;
  assert.ok(one && two);
  for (const name of ['CallConnected', 'CallDisconnected', 'CreateCallFailed', 'RecognizeCompleted', 'PlayFailed']) {
    const event = cloudEvent(name, { source: `calling/callConnections/${two.leg}` });
    const body = JSON.stringify([{ ...event, data: { ...event.data, callConnectionId: two.leg } }]);
    assert.is((await rig.deliver(one.id, { body })).status, 200, name);
  }
  await rig.server.app.idle();
  assert.equal(
    calls.map(({ leg }) => stateOf(leg)),
    ['connected', 'connected'],
  );
  for (const { id } of calls) {
    const types = (await stream(id)).map(({ type }) => type);
    assert.not.ok(types.includes('HangUp') || types.includes('CloseCall'), `${types}`);
  }
});

test('a leg that ACS itself says to be the call’s, by an address that it encodes in its own way, is hung up', async () => {
  const [one] = calls;
  assert.ok(one);
  const telephony = telephonyTo(rig.simulator.settings, 10_000);
  const callbackUri = `${rig.url}/api/calls/events?call=${one.id}&secret=${rig.secretOf(one.id)}`;
  const at = new Date(Date.now() + 60_000).toISOString();
  const outcome = await telephony.send(
    {
      id: 'a second dial that must never have been',
      type: 'PlaceCall',
      body: {
        attempt: 1,
        to: SPARE,
        from: '+15550100000',
        callbackUrl: callbackUri,
        repeatabilityRequestId: crypto.randomUUID(),
        repeatabilityFirstSent: new Date().toISOString(),
        answerBy: at,
        resultBy: at,
      },
    },
    { callConnectionId: null, phoneNumber: SPARE, callbackUri, isOurs: () => false },
  );
  await telephony.close();
  assert.ok(outcome.type === 'Accepted' && outcome.callConnectionId);
  const { callConnectionId: leg } = outcome;
  await until('the second leg is hung up', () => stateOf(leg) === 'disconnected' || stateOf(leg) === undefined);
  await rig.server.app.idle();
  assert.ok((await answersTo(one.id, leg)).length > 0, 'ACS was asked whose it is');
  const hungUp = (await stream(one.id)).filter(({ type }) => type === 'HangUp').map(({ data }) => JSON.parse(data));
  assert.equal(
    hungUp.map(({ callConnectionId, because }) => [callConnectionId, because]),
    [[leg, 'second-leg']],
  );
  assert.is(stateOf(one.leg), 'connected');
});

test.run();
