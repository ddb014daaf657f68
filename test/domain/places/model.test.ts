import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { step } from '../../../src/domain/places/step.ts';
import { explore } from './model.ts';
import type { ModelOptions } from './model-world.ts';

/** Many times as many every night. */
const STEPS = Number(process.env['PLACES_STEPS'] ?? 30_000);

test('whatever is lost, late or dies, no more legs are up than allowed, and every place is given when it is wanted', () => {
  for (const options of [{ calls: 2 }, { calls: 3 }, { instances: 3, calls: 4, most: 2 }, { loss: 0.5, crash: 0.1 }])
    assert.is(explore({ seed: 1, steps: STEPS, ...options }), null, JSON.stringify(options));
});

test('while the number is lowered nobody moves beyond what who moves it may have, and no more are held than the larger', () => {
  for (const options of [{ most: 2 }, { most: 3, calls: 5 }, { most: 2, instances: 3, loss: 0.5, crash: 0.1 }])
    assert.is(explore({ seed: 1, steps: STEPS, calls: 4, lowered: 1, ...options }), null, JSON.stringify(options));
});

test('a leg that nobody asked for a place adds itself and no more, and what was counted for it comes back', () => {
  for (const options of [{ outside: 1 }, { outside: 2, calls: 4, most: 2 }, { outside: 1, loss: 0.5, crash: 0.1 }])
    assert.is(explore({ seed: 1, steps: STEPS, ...options }), null, JSON.stringify(options));
});

type Mistake = Partial<ModelOptions>;

/** The view of somebody for whom a call that was not begun is over. */
const notBegunIsOver: typeof step = (row, view) => {
  const idle = row.held.filter(({ callSessionId, attempt }) => view.waitsFor(callSessionId) === attempt);
  return step(row, {
    ...view,
    over: new Map([...view.over, ...idle.map(({ callSessionId, attempt }) => [callSessionId, attempt] as const)]),
  });
};

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a write without If-Match': { ignoresTags: true },
  'a dial before its write was confirmed': { dialsUnconfirmed: true },
  'a place freed as its call was not begun': { step: notBegunIsOver },
  'a place given twice': {
    step: (row, view) => step(row, { ...view, most: view.over.size > 0 ? view.most + 1 : view.most }),
  },
  'a place never given back': { step: (row, view) => step(row, { ...view, over: new Map() }) },
  'a call held and not begun that nobody looks for': { step: (row, view) => step(row, { ...view, anew: new Set() }) },
  'a place freed under an unanswered request, as a later one was refused': { forgetsUnanswered: true, seed: 2 },
  'a turn given up whose dial may be recorded yet': { forgetsDoubt: true, calls: 2, loss: 0.5, crash: 0 },
  'a place freed as its call was closed': { freesClosed: true },
  'somebody who moves as many as the larger number allows': {
    lowered: 1,
    most: 2,
    step: (row, view) => step(row, { ...view, most: 2 }),
  },
  'a turn given up that somebody else had before': {
    step: (row, view) => step({ ...row, held: row.held.map((place) => ({ ...place, isShared: false })) }, view),
  },
};

for (const [name, mistake] of Object.entries(MISTAKES)) {
  test(`the model finds ${name}`, () => {
    assert.ok(explore({ seed: 1, steps: 400_000, ...mistake }));
  });
}

test.run();
