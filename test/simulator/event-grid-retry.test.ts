import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SubscriptionInput } from '../../src/simulator/event-grid/subscription.ts';
import { tempDir } from '../support/temp-dir.ts';
import { pause, until } from '../support/until.ts';
import { willing } from './grid-receiver.ts';
import { type GridRig, gridTest, PUBLISHED } from './grid-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAME = 'calls-sub';

/** Agrees to the handshake and answers every delivery with `status`. */
async function subscribe({ simulator, receiver }: GridRig, status: number, wish: Partial<SubscriptionInput> = {}) {
  receiver.answerWith((delivery) =>
    delivery.headers['aeg-event-type'] === 'Notification' ? { status } : willing(delivery),
  );
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, ...wish });
}

/** After so many tries the next one comes after `ms`, or up to a tenth of it later. */
async function nextTryAfter({ receiver, clock, advanceAfter }: GridRig, attempts: number, ms: number): Promise<void> {
  await advanceAfter(attempts, ms - 1);
  await pause(5);
  assert.is(receiver.deliveries().length, attempts, `not before ${ms} ms`);
  clock.advance(ms * 0.1 + 1);
  await until(`a try ${ms} ms after try ${attempts}`, () => receiver.deliveries().length === attempts + 1);
}

gridTest('a failed delivery is tried again on the schedule', {}, async (rig) => {
  const { simulator, receiver } = rig;
  await subscribe(rig, 500);
  simulator.publishEvent(PUBLISHED);
  const schedule = [10_000, 30_000, MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
  for (const [index, ms] of schedule.entries()) await nextTryAfter(rig, index + 1, ms);
  const counts = receiver.deliveries().map(({ headers }) => headers['aeg-delivery-count']);
  assert.equal(counts, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  assert.is(new Set(receiver.deliveries().map(({ body }) => body[0].id)).size, 1);
});

for (const [status, ms] of [
  [408, 2 * MINUTE],
  [503, 30_000],
  [429, 10_000],
  [404, 10_000],
  [205, 10_000],
  [302, 10_000],
] as const) {
  gridTest(`after ${status} the next try comes after ${ms / 1_000} s`, {}, async (rig) => {
    await subscribe(rig, status);
    rig.simulator.publishEvent(PUBLISHED);
    await nextTryAfter(rig, 1, ms);
  });
}

gridTest('an endpoint that says nothing for 30 s has not taken the event', {}, async (rig) => {
  const { simulator, receiver, clock } = rig;
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url });
  receiver.answerWith(() => (receiver.deliveries().length === 1 ? new Promise(() => {}) : undefined));
  simulator.publishEvent(PUBLISHED);
  await until('a try', () => receiver.deliveries().length === 1);
  clock.advance(30_000);
  await nextTryAfter(rig, 1, 10_000);
  await until('a delivery', () => simulator.subscriptions()[0]?.delivered === 1);
});

for (const [status, reason, outcome] of [
  [400, 'UndeliverableDueToHttpBadRequest', 'BadRequest'],
  [401, 'UndeliverableDueToHttpUnauthorized', 'Unauthorized'],
  [403, 'UndeliverableDueToHttpForbidden', 'Forbidden'],
  [413, 'UndeliverableDueToHttpPayloadTooLarge', 'PayloadTooLarge'],
] as const) {
  gridTest(`${status} is never tried again, and dead after five minutes`, {}, async (rig) => {
    const { simulator, receiver, clock, advanceAfter } = rig;
    await subscribe(rig, status);
    const id = simulator.publishEvent(PUBLISHED);
    await advanceAfter(1, 5 * MINUTE - 1);
    assert.equal(simulator.deadLetters(), []);
    clock.advance(DAY);
    await until('a dead letter', () => simulator.deadLetters().length === 1);
    assert.is(receiver.deliveries().length, 1);
    const [letter] = simulator.deadLetters();
    assert.is(letter?.['id'], id);
    assert.is(letter?.['deadLetterReason'], reason);
    assert.is(letter?.['lastDeliveryOutcome'], outcome);
    assert.is(letter?.['deliveryAttempts'], 1);
  });
}

gridTest('the limit of attempts is kept', {}, async (rig) => {
  const { simulator, receiver, advanceAfter } = rig;
  await subscribe(rig, 500, { maxAttempts: 2 });
  simulator.publishEvent(PUBLISHED);
  await advanceAfter(1, MINUTE);
  await advanceAfter(2, DAY);
  await until('a dead letter', () => simulator.deadLetters().length === 1);
  assert.is(receiver.deliveries().length, 2);
  assert.is(simulator.deadLetters()[0]?.['deadLetterReason'], 'MaxDeliveryAttemptsExceeded');
  assert.is(simulator.subscriptions()[0]?.pending, 0);
});

gridTest('an event that outlives its time is dead, however many attempts are left', {}, async (rig) => {
  const { simulator, receiver, clock, advanceAfter } = rig;
  await subscribe(rig, 503, { ttlMinutes: 1 });
  simulator.publishEvent(PUBLISHED);
  await advanceAfter(1, 35_000);
  await until('a second try', () => receiver.deliveries().length === 2);
  await until('a dead letter', () => {
    clock.advance(MINUTE);
    return simulator.deadLetters().length === 1;
  });
  assert.is(receiver.deliveries().length, 2);
  const [letter] = simulator.deadLetters();
  assert.is(letter?.['deadLetterReason'], 'TimeToLiveExceeded');
  assert.is(letter?.['deliveryAttempts'], 2);
  assert.is(letter?.['publishTime'], '2026-03-02T15:00:00.000Z');
});

const { path: folder, remove } = await tempDir('dead');
test.after(remove);

gridTest(
  'a dead CloudEvent is a file, its added members in lower case',
  { eventGrid: { deadLetterFolder: folder } },
  async (rig) => {
    const { simulator, advanceAfter } = rig;
    await subscribe(rig, 403, { schema: 'CloudEventSchemaV1_0' });
    const id = simulator.publishEvent(PUBLISHED);
    await advanceAfter(1, 5 * MINUTE);
    await until('a file', () => simulator.subscriptions()[0]?.deadLettered === 1);
    const names = await readdir(folder, { recursive: true });
    const files = names.filter((name) => name.endsWith('.json'));
    assert.is(files.length, 1);
    assert.match(files[0] ?? '', /^CALLS-SUB\/2026\/3\/2\/15\/[0-9a-f-]{36}\.json$/);
    const [letter, ...others] = JSON.parse(await readFile(join(folder, files[0] ?? ''), 'utf8'));
    assert.equal(others, []);
    assert.is(letter.id, id);
    assert.is(letter.deadletterreason, 'UndeliverableDueToHttpForbidden');
    assert.is(letter.deliveryattempts, 1);
    assert.is(letter.lastdeliveryoutcome, 'Forbidden');
    assert.is(letter.publishtime, '2026-03-02T15:00:00.000Z');
    assert.is(letter.lastdeliveryattempttime, '2026-03-02T15:00:00.000Z');
  },
);

gridTest('a subscription that is removed takes its undelivered events with it', {}, async (rig) => {
  const { simulator, receiver, clock, advanceAfter } = rig;
  await subscribe(rig, 500);
  simulator.publishEvent(PUBLISHED);
  await advanceAfter(1, 1_000);
  simulator.deleteSubscription(NAME);
  clock.advance(DAY);
  await pause(10);
  const types = receiver.deliveries().map(({ headers }) => headers['aeg-event-type']);
  assert.equal(types, ['Notification', 'SubscriptionDeletion']);
  assert.equal(simulator.deadLetters(), []);
});

test.run();
