import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SubscriptionInput } from '../../src/simulator/event-grid/subscription.ts';
import { type GridBench, gridTest, PUBLISHED } from './support/grid-bench.ts';
import { willing } from './support/grid-receiver.ts';
import { until, wallPause } from './support/suite.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAME = 'calls-sub';

/** Agrees to the handshake and answers every delivery with `status`. */
async function subscribe({ simulator, receiver }: GridBench, status: number, wish: Partial<SubscriptionInput> = {}) {
  receiver.answerWith((delivery) =>
    delivery.headers['aeg-event-type'] === 'Notification' ? { status } : willing(delivery),
  );
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, ...wish });
}

/** After so many tries the next one comes after `ms`, or up to a tenth of it later. */
async function nextTryAfter({ receiver, clock, advanceAfter }: GridBench, attempts: number, ms: number): Promise<void> {
  await advanceAfter(attempts, ms - 1);
  await wallPause(5);
  assert.is(receiver.deliveries().length, attempts, `not before ${ms} ms`);
  clock.advance(ms * 0.1 + 1);
  await until(() => receiver.deliveries().length === attempts + 1, `a try ${ms} ms after try ${attempts}`);
}

gridTest('a failed delivery is tried again on the schedule', {}, async (bench) => {
  const { simulator, receiver } = bench;
  await subscribe(bench, 500);
  simulator.publishEvent(PUBLISHED);
  const schedule = [10_000, 30_000, MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
  for (const [index, ms] of schedule.entries()) await nextTryAfter(bench, index + 1, ms);
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
  gridTest(`after ${status} the next try comes after ${ms / 1_000} s`, {}, async (bench) => {
    await subscribe(bench, status);
    bench.simulator.publishEvent(PUBLISHED);
    await nextTryAfter(bench, 1, ms);
  });
}

gridTest('an endpoint that says nothing for 30 s has not taken the event', {}, async (bench) => {
  const { simulator, receiver, clock } = bench;
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url });
  receiver.answerWith(() => (receiver.deliveries().length === 1 ? new Promise(() => {}) : undefined));
  simulator.publishEvent(PUBLISHED);
  await until(() => receiver.deliveries().length === 1, 'a try');
  clock.advance(30_000);
  await nextTryAfter(bench, 1, 10_000);
  await until(() => simulator.subscriptions()[0]?.delivered === 1, 'a delivery');
});

for (const [status, reason, outcome] of [
  [400, 'UndeliverableDueToHttpBadRequest', 'BadRequest'],
  [401, 'UndeliverableDueToHttpUnauthorized', 'Unauthorized'],
  [403, 'UndeliverableDueToHttpForbidden', 'Forbidden'],
  [413, 'UndeliverableDueToHttpPayloadTooLarge', 'PayloadTooLarge'],
] as const) {
  gridTest(`${status} is never tried again, and dead after five minutes`, {}, async (bench) => {
    const { simulator, receiver, clock, advanceAfter } = bench;
    await subscribe(bench, status);
    const id = simulator.publishEvent(PUBLISHED);
    await advanceAfter(1, 5 * MINUTE - 1);
    assert.equal(simulator.deadLetters(), []);
    clock.advance(DAY);
    await until(() => simulator.deadLetters().length === 1, 'a dead letter');
    assert.is(receiver.deliveries().length, 1);
    const [letter] = simulator.deadLetters();
    assert.is(letter?.['id'], id);
    assert.is(letter?.['deadLetterReason'], reason);
    assert.is(letter?.['lastDeliveryOutcome'], outcome);
    assert.is(letter?.['deliveryAttempts'], 1);
  });
}

gridTest('the limit of attempts is kept', {}, async (bench) => {
  const { simulator, receiver, advanceAfter } = bench;
  await subscribe(bench, 500, { maxAttempts: 2 });
  simulator.publishEvent(PUBLISHED);
  await advanceAfter(1, MINUTE);
  await advanceAfter(2, DAY);
  await until(() => simulator.deadLetters().length === 1, 'a dead letter');
  assert.is(receiver.deliveries().length, 2);
  assert.is(simulator.deadLetters()[0]?.['deadLetterReason'], 'MaxDeliveryAttemptsExceeded');
  assert.is(simulator.subscriptions()[0]?.pending, 0);
});

gridTest('an event that outlives its time is dead, however many attempts are left', {}, async (bench) => {
  const { simulator, receiver, clock, advanceAfter } = bench;
  await subscribe(bench, 503, { ttlMinutes: 1 });
  simulator.publishEvent(PUBLISHED);
  await advanceAfter(1, 35_000);
  await until(() => receiver.deliveries().length === 2, 'a second try');
  await until(() => {
    clock.advance(MINUTE);
    return simulator.deadLetters().length === 1;
  }, 'a dead letter');
  assert.is(receiver.deliveries().length, 2);
  const [letter] = simulator.deadLetters();
  assert.is(letter?.['deadLetterReason'], 'TimeToLiveExceeded');
  assert.is(letter?.['deliveryAttempts'], 2);
  assert.is(letter?.['publishTime'], '2026-03-02T15:00:00.000Z');
});

const folder = await mkdtemp(join(tmpdir(), 'callistra-dead-'));
test.after(() => rm(folder, { recursive: true, force: true }));

gridTest(
  'a dead CloudEvent is a file, its added members in lower case',
  { eventGrid: { deadLetterFolder: folder } },
  async (bench) => {
    const { simulator, advanceAfter } = bench;
    await subscribe(bench, 403, { schema: 'CloudEventSchemaV1_0' });
    const id = simulator.publishEvent(PUBLISHED);
    await advanceAfter(1, 5 * MINUTE);
    await until(() => simulator.subscriptions()[0]?.deadLettered === 1, 'a file');
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

gridTest('a subscription that is removed takes its undelivered events with it', {}, async (bench) => {
  const { simulator, receiver, clock, advanceAfter } = bench;
  await subscribe(bench, 500);
  simulator.publishEvent(PUBLISHED);
  await advanceAfter(1, 1_000);
  simulator.deleteSubscription(NAME);
  clock.advance(DAY);
  await wallPause(10);
  const types = receiver.deliveries().map(({ headers }) => headers['aeg-event-type']);
  assert.equal(types, ['Notification', 'SubscriptionDeletion']);
  assert.equal(simulator.deadLetters(), []);
});

test.run();
