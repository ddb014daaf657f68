import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CountedRig, startCountedRig } from './counted-rig.ts';
import { initiate, statusOf } from './rig.ts';

/** What checkpoints and the records of looks add to what a call and a query ask of Azure's tables. */
const test = suite<{ without: CountedRig; with: CountedRig }>('requests of the trail');
const PEOPLE = [{ behaviour: 'answers-all' }] as const;
const HOUR_MS = 3_600_000;
/** Then whoever dials may dial again. */
const TURN_MS = 1_000;

test.before.each(async (context) => {
  context.without = await startCountedRig(PEOPLE);
  context.with = await startCountedRig(PEOPLE, { trail: true });
});
test.after.each(async (context) => {
  await context.without.close();
  await context.with.close();
});

/** The requests that are made meanwhile, by kind. */
async function requestsOf(rig: CountedRig, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = rig.tableRequestsByKind();
  await act();
  const made = Object.entries(rig.tableRequestsByKind()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)]);
  return Object.fromEntries(made.filter(([, count]) => count !== 0));
}

/** From the initiate to the end. */
async function wholeCall(rig: CountedRig): Promise<string> {
  const callSessionId = await initiate(rig.url, 'M-1');
  await rig.release();
  for (let open = true; open; open = rig.app.health().openCalls > 0) {
    const callback = await rig.callbacks.next();
    callback.acknowledge(await callback.deliver(Number(new URL(rig.url).port)));
    await rig.release();
  }
  rig.pass(TURN_MS);
  return callSessionId;
}

test('a call costs no request more, a member’s first no more than a later one', async (context) => {
  for (const hour of ['first', 'later']) {
    const without = await requestsOf(context.without, () => wholeCall(context.without));
    assert.equal(await requestsOf(context.with, () => wholeCall(context.with)), without, hour);
    assert.is(without['POST /Register'], 2);
    for (const rig of [context.without, context.with]) rig.pass(HOUR_MS);
  }
});

test('a look costs exactly one request more, and seen again none', async (context) => {
  const [first, second] = [await wholeCall(context.with), await wholeCall(context.with)];
  const looks = (id: string) => requestsOf(context.with, () => statusOf(context.with.url, id));
  assert.equal(await looks(first), { 'POST /Register': 1, 'POST /Events': 1 }, 'the stream of the day is begun');
  assert.equal(await looks(second), { 'POST /Events': 1 });
  assert.equal(await looks(second), {});
  const id = await wholeCall(context.without);
  assert.equal(await requestsOf(context.without, () => statusOf(context.without.url, id)), {}, 'and before, none');
});

test.run();
