import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createVirtualClock } from '../../src/simulator/clock/clock.ts';
import { createTimers } from '../../src/simulator/clock/timers.ts';
import type {
  MediaHost,
  MediaOperation,
  MediaOutcome,
  PlayOperation,
  RecognizeOperation,
} from '../../src/simulator/media/operations.ts';
import { createMediaQueue } from '../../src/simulator/media/queue.ts';
import { RESULTS } from '../../src/simulator/wire/results.ts';

const PROMPT_MS = 1_000;

function sources(count: number) {
  return Array.from({ length: count }, (_, i) => ({ kind: 'text', text: { text: `source ${i}` } }) as const);
}

function play(operationContext: string, change: Partial<PlayOperation> = {}): PlayOperation {
  return {
    kind: 'play',
    sources: sources(1),
    targeted: false,
    loop: false,
    interrupts: false,
    operationContext,
    callbackUri: undefined,
    ...change,
  };
}

function recognize(operationContext: string, change: Partial<RecognizeOperation> = {}): RecognizeOperation {
  return {
    kind: 'recognize',
    sources: sources(1),
    interrupts: false,
    interruptPrompt: true,
    initialSilenceMs: 5_000,
    interToneMs: 2_000,
    maxTones: 1,
    stopTones: [],
    operationContext,
    callbackUri: undefined,
    ...change,
  };
}

/** A queue in virtual time, in which every source takes a second; `log` tells what happened and when. */
function setUp(failingSource?: number) {
  const clock = createVirtualClock(0);
  const timers = createTimers(clock, 1);
  const log: string[] = [];
  const outcomes: [string | undefined, MediaOutcome][] = [];
  const at = (operation: MediaOperation, what: string) =>
    log.push(`${clock.now()} ${operation.operationContext} ${what}`);
  const host: MediaHost = {
    after: timers.after,
    say: () => PROMPT_MS,
    promptFailure: (_, index) => (index === failingSource ? RESULTS.promptFailed : undefined),
    started: (operation) => at(operation, 'started'),
    waits: () => {},
    listening: (operation) => at(operation, 'listening'),
    finished(operation, outcome) {
      at(operation, outcome.kind);
      outcomes.push([operation.operationContext, outcome]);
    },
  };
  return { clock, log, outcomes, queue: createMediaQueue(host) };
}

test('plays wait for each other and run in the order in which they came', () => {
  const { clock, log, queue } = setUp();
  queue.add(play('a', { sources: sources(2) }));
  queue.add(play('b'));
  clock.advance(60_000);
  assert.equal(log, ['0 a started', '2000 a completed', '2000 b started', '3000 b completed']);
});

test('the silence timer starts when the prompt has ended', () => {
  const { clock, log, queue } = setUp();
  queue.add(recognize('q', { sources: sources(3) }));
  clock.advance(60_000);
  assert.equal(log, ['0 q started', '3000 q listening', '8000 q initial-silence']);
});

test('a recognize without prompt listens at once', () => {
  const { clock, log, queue } = setUp();
  queue.add(recognize('q', { sources: [] }));
  clock.advance(60_000);
  assert.equal(log, ['0 q started', '0 q listening', '5000 q initial-silence']);
});

test('the last key that is asked for completes at once', () => {
  const { clock, log, outcomes, queue } = setUp();
  queue.add(recognize('q', { maxTones: 2 }));
  clock.advance(2_000);
  assert.ok(queue.press('four'));
  clock.advance(500);
  assert.ok(queue.press('two'));
  clock.advance(60_000);
  assert.is(log.at(-1), '2500 q collected');
  assert.equal(outcomes, [['q', { kind: 'collected', by: 'max-tones', tones: ['four', 'two'] }]]);
});

test('the time between keys is limited, counted from the last key', () => {
  const { clock, log, queue } = setUp();
  queue.add(recognize('q', { maxTones: 4 }));
  clock.advance(5_900);
  queue.press('one');
  clock.advance(1_900);
  queue.press('two');
  clock.advance(60_000);
  assert.is(log.at(-1), '9800 q inter-tone-silence');
});

test('a stop tone completes and is not among the tones', () => {
  const { clock, outcomes, queue } = setUp();
  queue.add(recognize('q', { maxTones: 4, stopTones: ['pound'] }));
  clock.advance(2_000);
  queue.press('one');
  queue.press('pound');
  assert.equal(outcomes, [['q', { kind: 'collected', by: 'stop-tone', tones: ['one'] }]]);
});

test('a key during the prompt stops it and counts', () => {
  const { clock, log, outcomes, queue } = setUp();
  queue.add(recognize('q', { sources: sources(3), maxTones: 2 }));
  clock.advance(1_500);
  assert.ok(queue.press('one'));
  clock.advance(60_000);
  assert.equal(log, ['0 q started', '3500 q inter-tone-silence']);
  assert.is(outcomes.length, 1);
});

test('a key during a prompt that must not be interrupted is lost', () => {
  const { clock, log, queue } = setUp();
  queue.add(recognize('q', { interruptPrompt: false }));
  clock.advance(500);
  assert.not(queue.press('one'));
  clock.advance(60_000);
  assert.is(log.at(-1), '6000 q initial-silence');
});

test('a key while a play runs, or nothing, is lost', () => {
  const { clock, queue } = setUp();
  assert.not(queue.press('one'));
  queue.add(play('a'));
  assert.not(queue.press('one'));
  clock.advance(60_000);
  assert.not(queue.press('one'));
});

test('an interrupting operation cancels what runs and what waits, and runs', () => {
  const { clock, log, queue } = setUp();
  queue.add(play('a'));
  queue.add(recognize('b'));
  clock.advance(500);
  queue.add(play('c', { interrupts: true }));
  clock.advance(60_000);
  assert.equal(log, ['0 a started', '500 a canceled', '500 b canceled', '500 c started', '1500 c completed']);
});

test('cancelAll cancels what runs and what waits, and leaves the queue in order', () => {
  const { clock, log, queue } = setUp();
  queue.add(recognize('a'));
  queue.add(play('b'));
  clock.advance(3_000);
  queue.cancelAll();
  queue.add(play('c'));
  clock.advance(60_000);
  assert.equal(log.slice(-4), ['3000 a canceled', '3000 b canceled', '3000 c started', '4000 c completed']);
});

test('closing stops everything without outcomes and answers what was cut off', () => {
  const { clock, log, queue } = setUp();
  queue.add(recognize('a'));
  queue.add(play('b'));
  const cut = queue.close();
  clock.advance(60_000);
  assert.equal(
    cut.map(({ operationContext }) => operationContext),
    ['a', 'b'],
  );
  assert.equal(log, ['0 a started']);
});

test('a looping play goes on until it is cancelled', () => {
  const { clock, log, queue } = setUp();
  queue.add(play('a', { loop: true, sources: sources(2) }));
  clock.advance(3_600_000);
  queue.cancelAll();
  assert.equal(log, ['0 a started', '3600000 a canceled']);
});

test('a second play to one participant clashes with the first, unless it interrupts', () => {
  const { queue } = setUp();
  assert.is(queue.add(play('a', { targeted: true })), 'accepted');
  assert.is(queue.add(play('b', { targeted: true })), 'clash');
  assert.is(queue.add(play('c')), 'accepted');
  assert.is(queue.add(recognize('d')), 'accepted');
  assert.is(queue.add(play('e', { targeted: true, interrupts: true })), 'accepted');
});

test('a source that cannot be played fails the operation and names its place; the next one runs', () => {
  const { clock, outcomes, queue } = setUp(1);
  queue.add(recognize('a', { sources: sources(2) }));
  queue.add(play('b'));
  clock.advance(60_000);
  assert.equal(outcomes, [
    ['a', { kind: 'prompt-failed', sourceIndex: 1, result: RESULTS.promptFailed }],
    ['b', { kind: 'completed' }],
  ]);
});

test('many operations that end as soon as they begin do not pile up on the stack', () => {
  const { clock, outcomes, queue } = setUp();
  for (let i = 0; i < 100; i++) queue.add(recognize(`q${i}`, { sources: [], initialSilenceMs: 0 }));
  clock.advance(1);
  assert.is(outcomes.length, 100);
});

test.run();
