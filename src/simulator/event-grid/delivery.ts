import { chance } from '../faults/prng.ts';
import { type DeliveryEnd, deadLetterOf } from './dead-letters.ts';
import type { GridEvent } from './grid-event.ts';
import { type AegEventType, type GridOffice, subscriberHeaders } from './office.ts';
import { pauseMs, verdictOn } from './retry.ts';
import type { Subscription } from './subscription.ts';
import { wireForm } from './wire-form.ts';

/** Events that go to one subscriber in one request: all of them are taken, or none. */
type Batch = {
  readonly subscription: Subscription;
  readonly events: readonly GridEvent[];
  readonly aegEventType: AegEventType;
  readonly publishedAtMs: number;
};

/** The service writes a dead letter only so long after it gave up. */
const DEAD_LETTER_DELAY_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** Posts a batch until it is taken or one of the subscription's limits is met. Never rejects. */
export async function deliver(office: GridOffice, batch: Batch): Promise<void> {
  const { subscription, events, publishedAtMs } = batch;
  const { settings, counts } = subscription;
  counts.pending += events.length;
  const reorderMs = office.random('grid-reorder')() * office.faults().eventGridReorderWindowMs;
  if (reorderMs > 0) await office.timers.sleep(reorderMs);
  for (let attempt = 1; isWanted(office, subscription); attempt++) {
    const attemptAtMs = office.timers.nowMs();
    const verdict = verdictOn(await post(office, batch, attempt - 1));
    if (verdict.kind === 'delivered') return delivered(office, batch);
    const end = (deadLetterReason: string): DeliveryEnd => ({
      deadLetterReason,
      deliveryAttempts: attempt,
      lastDeliveryOutcome: verdict.outcome,
      lastHttpStatusCode: verdict.status,
      publishTime: new Date(publishedAtMs).toISOString(),
      lastDeliveryAttemptTime: new Date(attemptAtMs).toISOString(),
    });
    if (verdict.kind === 'never') return giveUp(office, batch, end(`UndeliverableDueToHttp${verdict.outcome}`));
    if (attempt >= settings.maxAttempts) return giveUp(office, batch, end('MaxDeliveryAttemptsExceeded'));
    const pause = pauseMs(attempt, verdict.notBeforeMs, office.random('grid-retry')());
    const leftMs = settings.ttlMinutes * MINUTE_MS - office.timers.elapsedMs(publishedAtMs);
    await office.timers.sleep(Math.max(0, Math.min(pause, leftMs)));
    if (pause >= leftMs) return giveUp(office, batch, end('TimeToLiveExceeded'));
  }
  counts.pending -= events.length;
}

function isWanted(office: GridOffice, subscription: Subscription): boolean {
  return !office.isClosed() && subscription.state === 'active';
}

async function post(office: GridOffice, { subscription, events, aegEventType }: Batch, deliveryCount: number) {
  const { settings, counts } = subscription;
  const form = wireForm(settings, events);
  const own = await subscriberHeaders(office, subscription, aegEventType, deliveryCount);
  const headers = { ...own, ...form.headers };
  const answer = await office.exchange.ask({ method: 'POST', uri: settings.endpoint, headers, body: form.body });
  counts.attempts++;
  return answer;
}

async function delivered(office: GridOffice, batch: Batch): Promise<void> {
  const { subscription, events } = batch;
  const { counts } = subscription;
  counts.pending -= events.length;
  counts.delivered += events.length;
  const { eventGridDuplicateRate, eventGridDuplicateDelayMs } = office.faults();
  const delayMs = office.random('grid-duplicate-delay')() * eventGridDuplicateDelayMs;
  if (!chance(office.random('grid-duplicate'), eventGridDuplicateRate)) return;
  await office.timers.sleep(delayMs);
  if (!isWanted(office, subscription)) return;
  counts.duplicated += events.length;
  await post(office, batch, 0);
}

async function giveUp(office: GridOffice, batch: Batch, end: DeliveryEnd): Promise<void> {
  const { subscription, events } = batch;
  const { settings, counts } = subscription;
  await office.timers.sleep(DEAD_LETTER_DELAY_MS);
  counts.pending -= events.length;
  if (!isWanted(office, subscription)) return;
  for (const event of events) {
    const letter = deadLetterOf(event, settings.schema, end);
    await office.deadLetters.keep(settings.name, letter, office.newId(), office.timers.nowMs());
    counts.deadLettered++;
  }
}
