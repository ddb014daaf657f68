import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSerializer } from '../../src/base/serially.ts';

test('tasks of one key run one after the other in their order, also past one that fails', async () => {
  const serially = createSerializer();
  const steps: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    serially('key', task('a')),
    serially('key', task('b', true)),
    serially('key', task('c')),
  ]);
  assert.equal(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(steps, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('tasks of different keys do not wait for each other', async () => {
  const serially = createSerializer();
  let free = () => {};
  const stuck = serially('one', () => new Promise<void>((resolve) => (free = resolve)));
  assert.is(await serially('two', async () => 'done'), 'done');
  free();
  await stuck;
});

test.run();
