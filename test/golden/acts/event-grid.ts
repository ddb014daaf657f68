import * as assert from 'uvu/assert';
import { untilEnded } from '../../e2e/rig.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { until } from '../../support/until.ts';
import { EVENT_GRID_SECRET, type Session, type Stage, SUBSCRIPTIONS } from '../stage.ts';
import { ask, place } from './staff.ts';

const HEADERS = { 'x-callistra-event-grid-secret': EVENT_GRID_SECRET };
const OF_ACS = 'Microsoft.Communication.';

/** A second witness, in either schema: of calls, of calls nobody knows, of no call, and of its own end. */
export async function secondWitness(stage: Stage): Promise<void> {
  const session = await stage.start();
  const [gridSchema, cloudSchema] = SUBSCRIPTIONS;
  await subscribe(stage, gridSchema, 'EventGridSchema');
  await witnessed(stage, session);
  assert.ok(stage.simulator.deleteSubscription(gridSchema));
  await until('its end is kept', async () => (await kept(session)).some(({ type }) => type === 'DeleteSubscription'));
  await subscribe(stage, cloudSchema, 'CloudEventSchemaV1_0');
  await endedUnheard(stage, session);
  await strangers(stage, session);
  assert.ok(stage.simulator.deleteSubscription(cloudSchema));
  await until('both ends are kept', async () => {
    return (await kept(session)).filter(({ type }) => type === 'DeleteSubscription').length === 2;
  });
  await session.close();
}

async function subscribe({ simulator, url }: Stage, name: string, schema: 'EventGridSchema' | 'CloudEventSchemaV1_0') {
  const endpoint = `${url}/api/calls/events`;
  const { state } = await simulator.createSubscription({ name, schema, endpoint, headers: HEADERS });
  assert.is(state, 'active');
}

const kept = async ({ log }: Session) => log.read(`event-grid:${new Date().toISOString().slice(0, 10)}`);

function isHeard({ log }: Session, call: string, name: string): () => Promise<boolean> {
  return async () =>
    (await log.read(call)).some(({ actor, type }) => actor === 'event-grid' && type === `${OF_ACS}${name}`);
}

/** A call that it tells the beginning, the end and more of. */
async function witnessed(stage: Stage, session: Session): Promise<void> {
  const { simulator, url } = stage;
  const call = await place(stage, await session.person('says-no'));
  await untilEnded(url, call);
  const { serverCallId } = simulator.calls().at(-1)!;
  for (const name of ['CallParticipantAdded', 'CallParticipantRemoved']) {
    simulator.publishEvent({ type: `${OF_ACS}${name}`, data: { serverCallId } });
  }
  const subject = `/recording/call/c/serverCallId/${serverCallId}/recordingId/r-1`;
  simulator.publishEvent({ type: `${OF_ACS}RecordingFileStatusUpdated`, subject });
  const heard = ['CallEnded', 'CallParticipantAdded', 'CallParticipantRemoved', 'RecordingFileStatusUpdated'];
  for (const name of heard) await until(`${name} is heard`, isHeard(session, call, name));
  await release(stage, session);
  await until('its beginning is heard', isHeard(session, call, 'CallStarted'));
}

/** What came before its call was known by that name can be handed over now. */
async function release({ url }: Stage, { app }: Session): Promise<void> {
  for (const { id, source } of await inQuarantine(app)) {
    if (source === 'event-grid') await ask(url, `/api/quarantine/${encodeURIComponent(id)}/release`);
  }
}

/** The member hangs up, and only Event Grid tells of it. */
async function endedUnheard(stage: Stage, session: Session): Promise<void> {
  stage.faults({ callbackTypes: ['CallDisconnected'], callbackDropRate: 1, disconnectedReadableMs: 86_400_000 });
  const call = await place(stage, await session.person('hangs-up-on-person-prompt'));
  await untilEnded(stage.url, call);
  await until('it was in doubt', async () => {
    return (await session.log.read(call)).some(({ type, data }) => type === 'CheckCall' && data.includes('doubt'));
  });
  stage.faults({});
}

/** Events of no call, of nobody's call, of a call they do not name, and no events at all. */
async function strangers(stage: Stage, session: Session): Promise<void> {
  const { simulator, url } = stage;
  await release(stage, session);
  const before = await inQuarantine(session.app);
  simulator.publishEvent({
    type: `${OF_ACS}SMSReceived`,
    subject: '/phonenumber/15550100000',
    data: { message: 'hi' },
  });
  simulator.publishEvent({ type: `${OF_ACS}RecognizeCompleted`, data: { correlationId: 'claimed' } });
  simulator.publishEvent({ type: `${OF_ACS}CallStarted`, data: { correlationId: 'nobody', serverCallId: 'nowhere' } });
  simulator.publishEvent({ type: `${OF_ACS}CallEnded`, data: {} });
  await ask(url, '/api/calls/events', [{ not: 'an event' }], {
    ...HEADERS,
    'content-type': 'application/cloudevents-batch+json',
    'aeg-event-type': 'Notification',
    'aeg-subscription-name': SUBSCRIPTIONS[1].toUpperCase(),
  });
  await until('three wait', async () => (await inQuarantine(session.app)).length === before.length + 3);
  await until(
    'two are kept',
    async () => (await kept(session)).filter(({ type }) => type === 'KeepEvent').length === 2,
  );
  const flawed = (await inQuarantine(session.app)).find(({ flaw }) => flaw === 'names no call')!;
  await ask(url, `/api/quarantine/${encodeURIComponent(flawed.id)}/discard`, { reason: 'names no call' });
}
