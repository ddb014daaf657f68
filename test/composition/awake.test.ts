import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { untilAwake } from '../../src/composition/awake.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const refusal = (code: string) => Object.assign(new Error('no'), { code });

/** Refuses so often, and then answers. */
function database(refusals: number, code = 'READ_STORE_UNAVAILABLE') {
  let asked = 0;
  return {
    asked: () => asked,
    ask: async () => {
      asked += 1;
      if (asked <= refusals) throw refusal(code);
    },
  };
}

async function outcome(ask: () => Promise<void>): Promise<string> {
  const clock = virtualClock();
  let settled = 'waits';
  const waiting = untilAwake(ask, clock).then(
    () => {
      settled = 'awake';
    },
    ({ code }) => {
      settled = code;
    },
  );
  for (let minute = 0; minute < 5 && settled === 'waits'; minute += 1) await clock.advance(60_000);
  await waiting;
  return settled;
}

test('a database that answers is asked once', async () => {
  const { ask, asked } = database(0);
  assert.equal([await outcome(ask), asked()], ['awake', 1]);
});

test('one that wakes up is waited for', async () => {
  const { ask, asked } = database(8);
  assert.equal([await outcome(ask), asked()], ['awake', 9]);
});

test('one that stays away is given up after three minutes', async () => {
  const { ask, asked } = database(Number.POSITIVE_INFINITY);
  assert.equal([await outcome(ask), asked()], ['READ_STORE_UNAVAILABLE', 18]);
});

test('what waiting does not mend is told at once', async () => {
  const { ask, asked } = database(1, 'READ_STORE_CORRUPT');
  assert.equal([await outcome(ask), asked()], ['READ_STORE_CORRUPT', 1]);
});

test.run();
