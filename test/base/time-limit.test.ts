import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTime } from '../../src/base/time-limit.ts';

/** Time that passes when it is told to. */
function byHand() {
  let task: (() => void) | null = null;
  const after = (_delayMs: number, next: () => void): (() => void) => {
    task = next;
    return () => {
      task = null;
    };
  };
  return { after, pass: () => task?.(), runs: () => task !== null };
}

test('work that is done in time is what comes of it, and the limit is called off', async () => {
  const time = byHand();
  assert.is(await inTime(Promise.resolve('done'), 10, time.after), 'done');
  assert.is(time.runs(), false);
});

test('work that fails in time fails, and the limit is called off', async () => {
  const time = byHand();
  const failed = await inTime(Promise.reject(new Error('no')), 10, time.after).catch(({ message }) => message);
  assert.equal([failed, time.runs()], ['no', false]);
});

test('work that is not done in time is late; that it fails afterwards harms nobody', async () => {
  const time = byHand();
  let fail = (_error: Error): void => {};
  const work = new Promise<string>((_resolve, reject) => {
    fail = reject;
  });
  const waiting = inTime(work, 10, time.after);
  time.pass();
  assert.is(await waiting, 'late');
  fail(new Error('too late to matter'));
  await new Promise((resolve) => setImmediate(resolve));
});

test('without a clock it is this machine’s time that passes', async () => {
  assert.is(await inTime(new Promise(() => {}), 1), 'late');
});

test.run();
