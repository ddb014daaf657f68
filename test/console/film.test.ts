import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../src/audit/replay/steps.ts';
import { stoodAfter } from '../../src/console/parts/as-of.ts';
import { filmTimes } from '../../src/console/parts/film-times.ts';

/** A page's own module: it is typed by comments, for the browser. */
type Pace = { playedMs(gapMs: number): number; waitWords(gapMs: number, passedMs: number): string };
const PACE = new URL('../../src/console/assets/film-pace.js', import.meta.url).href;
const { playedMs, waitWords } = (await import(PACE)) as Pace;

test('entries are told by the clock, with day and zone where those are others than before', () => {
  const at = ['2026-11-24T22:59:58.000Z', '2026-11-24T22:59:59.500Z', '2026-11-25T05:00:00.000Z'];
  assert.equal(filmTimes(at, 'America/New_York'), [
    { gapMs: 0, words: 'Tue 24 Nov, 17:59:58 EST', isSetBack: false },
    { gapMs: 1_500, words: '17:59:59', isSetBack: false },
    { gapMs: 21_600_500, words: 'Wed 25 Nov, 00:00:00 EST', isSetBack: false },
  ]);
});

test('when the clocks change within a call the hour that comes twice is told with its zone, and nobody waits for it', () => {
  const autumn = filmTimes(['2026-11-01T05:59:58.000Z', '2026-11-01T06:00:03.000Z'], 'America/New_York');
  assert.equal(
    autumn.map(({ gapMs, words }) => [gapMs, words]),
    [
      [0, 'Sun 1 Nov, 01:59:58 EDT'],
      [5_000, 'Sun 1 Nov, 01:00:03 EST'],
    ],
  );
  const spring = filmTimes(['2026-03-08T09:59:58.000Z', '2026-03-08T10:00:03.000Z'], 'America/Los_Angeles');
  assert.equal(
    spring.map(({ gapMs, words }) => [gapMs, words]),
    [
      [0, 'Sun 8 Mar, 01:59:58 PST'],
      [5_000, 'Sun 8 Mar, 03:00:03 PDT'],
    ],
  );
});

test('a clock that was set back within a call is said to be, and the film goes on', () => {
  const at = ['2026-11-24T10:00:05.000Z', '2026-11-24T09:00:00.000Z', '2026-11-24T09:00:02.000Z'];
  assert.equal(
    filmTimes(at, 'UTC').map(({ gapMs, words, isSetBack }) => [gapMs, words, isSetBack]),
    [
      [0, 'Tue 24 Nov, 10:00:05 UTC', false],
      [0, '09:00:00', true],
      [2_000, '09:00:02', false],
    ],
  );
});

test('a wait is played as long as it was; one of hours runs by, and is told as long as it was', () => {
  assert.equal([0, -5, Number.NaN, 900, 15_000].map(playedMs), [0, 0, 0, 900, 15_000]);
  assert.ok(playedMs(3_600_000) < 15_000);
  assert.is(waitWords(10_000, 7_400), 'waits 0:07 of 0:10');
  assert.is(waitWords(7_395_000, playedMs(7_395_000)), 'waits 2:03:15 of 2:03:15, faster than it was');
});

test('an answer is told with when it was given, and only as of then', () => {
  const state = (...answers: { question: number; response: string }[]) =>
    ({ status: 'PersonDetected', disposition: null, answers }) as unknown as Step['state'];
  const [one, two] = [
    { question: 1, response: 'yes' },
    { question: 2, response: 'timeout' },
  ] as const;
  const steps = [state(), state(one), state(one), state(one, two)].map(
    (each, index) => ({ at: `2026-11-24T10:00:0${index}.000Z`, state: each }) as Step,
  );
  assert.equal(stoodAfter(steps.slice(0, 1))?.answers, []);
  assert.equal(
    stoodAfter(steps)?.answers.map(({ questionNumber, recordedAt }) => [questionNumber, recordedAt]),
    [
      [1, '2026-11-24T10:00:01.000Z'],
      [2, '2026-11-24T10:00:03.000Z'],
    ],
  );
  assert.is(stoodAfter([{ ...steps[0]!, state: null }]), null);
});

test.run();
