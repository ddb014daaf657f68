import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTopicPublisher } from '../../../src/adapters/topic/publisher.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';
import { MEMBERS } from '../samples.ts';

let rig: Rig;
let clock: VirtualClock;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

/** An application that tells the simulator's topic of its calls. */
async function start() {
  const { simulator } = rig;
  const endpoint = simulator.topicEndpoint('notices');
  const app = await rig.start({ noticePublisher: createTopicPublisher({ endpoint, key: simulator.topicKey }) });
  return { app, told: () => simulator.topicEvents('notices').map(({ event }) => event) };
}

const busy = () => callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } });

test('the end of a call is told to the topic, without a number', async () => {
  const { app, told } = await start();
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.recordCallbacks(opened.callSessionId, [busy()]);
  await app.idle();
  await clock.advance(1_000);
  await until('the notice', () => told().length === 1);
  assert.is(told()[0]?.['id'], `${opened.callSessionId}-ended-busy`);
  assert.is(told()[0]?.['subject'], `calls/${opened.callSessionId}`);
  const { phoneNumber } = MEMBERS[0]!;
  assert.not.ok(JSON.stringify(told()).includes(phoneNumber.slice(1)));
});

test('a call that ends while all is quiet is told at once, not at the next round', async () => {
  const { app, told } = await start();
  await clock.advance(1_000);
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.recordCallbacks(opened.callSessionId, [busy()]);
  await app.idle();
  await clock.advance(1_000);
  await until('the notice', () => told().length === 1);
});

test('a topic that refuses is a problem that operators see, and harms no call', async () => {
  rig.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 403 });
  const { app, told } = await start();
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.recordCallbacks(opened.callSessionId, [busy()]);
  await app.idle();
  await clock.advance(1_000);
  await until('a problem', () =>
    app.health().problems.includes('notices of calls cannot be published: NOTICE_REFUSED'),
  );
  assert.is(app.health().ready, true);
  assert.is((await app.status(opened.callSessionId))?.session.disposition, 'busy');
  assert.equal(told(), []);

  await app.close();
  rig.simulator.setFaults({ topicErrorRate: 0 });
  const next = await start();
  await clock.advance(1_000);
  await until('the notice', () => next.told().length === 1);
  assert.equal(next.app.health().problems, []);
});

test('what is left to tell is told while the application closes', async () => {
  const { app, told } = await start();
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.recordCallbacks(opened.callSessionId, [busy()]);
  await app.close();
  assert.is(told().length, 1);
});

test.run();
