import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createQuietCalls } from '../../../src/app/dialling/quiet-calls.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Calls that are watched over, and who was looked at so far. */
function open() {
  const clock = virtualClock();
  const unreadable = new Set<string>();
  const loaded: string[] = [];
  const told: string[] = [];
  const quiet = createQuietCalls({
    clock,
    async load(id) {
      loaded.push(id);
      if (unreadable.has(id)) throw new Error('the log is away');
      return { ...Conversation.answered().state!, callSessionId: id };
    },
    onLoaded: ({ callSessionId }) => void told.push(callSessionId),
  });
  const seconds = async (count: number): Promise<void> => {
    for (let second = 0; second < count; second += 1) await clock.advance(1_000);
  };
  return { clock, quiet, loaded, told, unreadable, seconds };
}

test('a call that nothing was heard of for ten seconds is looked at, again and again', async () => {
  const { quiet, told, seconds } = open();
  quiet.watch('a');
  await seconds(9);
  assert.equal(told, []);
  await seconds(1);
  assert.equal(told, ['a']);
  await seconds(5);
  assert.equal(told, ['a', 'a']);
});

test('a call that is heard of is not looked at', async () => {
  const { quiet, loaded, seconds } = open();
  quiet.watch('a');
  for (let time = 0; time < 10; time += 1) {
    await seconds(5);
    quiet.heard('a');
  }
  assert.equal(loaded, []);
});

test('what cannot be read is looked at again, and keeps nobody else from being told of', async () => {
  const { quiet, loaded, told, unreadable, seconds } = open();
  unreadable.add('a');
  for (const id of ['a', 'b']) quiet.watch(id);
  await seconds(10);
  assert.equal(told, ['b']);
  unreadable.clear();
  await seconds(5);
  assert.equal(
    [told, loaded],
    [
      ['b', 'a', 'b'],
      ['a', 'b', 'a', 'b'],
    ],
  );
});

test('whoever is forgotten is not looked at, nor one that was only heard of', async () => {
  const { quiet, clock, loaded, seconds } = open();
  quiet.watch('a');
  quiet.forget('a');
  quiet.heard('a');
  quiet.heard('b');
  await seconds(30);
  assert.equal([loaded, clock.alarms()], [[], 0]);
});

test('closed, it looks at nobody', async () => {
  const { quiet, clock, loaded, seconds } = open();
  quiet.watch('a');
  quiet.close();
  await seconds(30);
  assert.equal([loaded, clock.alarms()], [[], 0]);
});

test.run();
