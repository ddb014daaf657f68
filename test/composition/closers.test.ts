import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Closer, closeAll } from '../../src/composition/closers.ts';

const FOREVER_MS = 3_600_000;
const never = () => new Promise<void>(() => {});

/** Parts that write down that they were closed, and those for which nobody waits any longer. */
function open(parts: Readonly<Record<string, Closer['close']>>) {
  const said: string[] = [];
  const closers = Object.entries(parts).map(([what, close]) => ({
    what,
    close(limitMs: number) {
      said.push(what);
      return close(limitMs);
    },
  }));
  const journal = { warn: ({ what }: { what: string }) => void said.push(`${what} is late`) };
  return { closers, said, journal: journal as unknown as Parameters<typeof closeAll>[2] };
}

test('what was opened last is closed first, each once the one before is', async () => {
  const { closers, said, journal } = open({ stores: () => {}, calls: async () => {}, http: async () => {} });
  await closeAll(closers, FOREVER_MS, journal);
  assert.equal(said, ['http', 'calls', 'stores']);
  await closeAll(closers, FOREVER_MS, journal);
  assert.is(said.length, 3, 'a second time there is nothing left');
});

test('whatever hangs, the others are closed, and the end comes', async () => {
  const { closers, said, journal } = open({ stores: () => {}, queues: never, calls: never, http: never });
  await closeAll(closers, 200, journal);
  assert.equal(said, ['http', 'http is late', 'calls', 'calls is late', 'queues', 'queues is late', 'stores']);
});

test('each is given half of the time that is left, and a little when there is none', async () => {
  const given: number[] = [];
  const note = (limitMs: number) => void given.push(limitMs);
  const { closers, journal } = open({ a: note, b: note, c: note });
  await closeAll(closers, 1_000_000, journal);
  assert.ok(given.every((limitMs) => limitMs <= 500_000));
  await closeAll(open({ a: note }).closers, -5, journal);
  assert.is(given.at(-1), 100);
});

test('a part that fails keeps no other open, and its error is thrown in the end', async () => {
  const fail = () => Promise.reject(new RangeError('no'));
  const { closers, said, journal } = open({ stores: () => {}, calls: fail, http: () => {} });
  const error = await closeAll(closers, FOREVER_MS, journal).then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, RangeError);
  assert.equal(said, ['http', 'calls', 'stores']);
});

test.run();
