import { EMPTY_ROW } from '../../src/domain/places/row.ts';
import { step, type View } from '../../src/domain/places/step.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';

/** A mistake in the function by which the row changes. */
function stepping(change: (view: View, row: Parameters<typeof step>[0]) => Partial<View>): Planted {
  return { ...NOTHING_PLANTED, step: (row, view) => step(row, { ...view, ...change(view, row) }) };
}

export const neverGivenBack = stepping(() => ({ over: new Map() }));

/** Twice as fast as is allowed. */
export const outOfPace = stepping(({ spacingMs }) => ({ spacingMs: spacingMs / 2 }));

/** Whoever gives a place back lets two move. */
export const givenTwice = stepping(({ over, most }) => ({ most: over.size > 0 ? most + 1 : most }));

export const dialledBeforeItsTurn: Planted = {
  ...NOTHING_PLANTED,
  step(row, view) {
    const next = step(row, view);
    return { ...next, taken: next.taken.map((place) => ({ ...place, turnMs: view.nowMs })) };
  },
};

/** The answer to the write is not waited for. */
export const dialledUnconfirmed: Planted = {
  ...NOTHING_PLANTED,
  places: (places) => ({
    ...places,
    async write(line, row, etag) {
      void places.write(line, row, etag);
      return { etag: `${etag}+` };
    },
  }),
};

export const withoutIfMatch: Planted = {
  ...NOTHING_PLANTED,
  places: (places) => ({
    ...places,
    async write(line, row, etag) {
      const now = await places.read(line);
      return places.write(line, row, now !== 'absent' && 'etag' in now ? now.etag : etag);
    },
  }),
};

const STALLED_MS = 5_000;

/** Instead of looking for whoever was to dial it. */
export const freedAsNotBegun = stepping(({ over, waitsFor, nowMs }, { held }) => ({
  over: new Map([
    ...over,
    ...held
      .filter(
        ({ callSessionId, attempt, turnMs }) => waitsFor(callSessionId) === attempt && nowMs - turnMs > STALLED_MS,
      )
      .map(({ callSessionId, attempt }) => [callSessionId, attempt] as const),
  ]),
}));

/** A call that is to be dialled once more gets in line like any other. */
export const freedUnderAnUnansweredRequest = stepping(({ over, due }) => ({
  over: new Map([...over, ...due.map(({ callSessionId, attempt }) => [callSessionId, attempt - 1] as const)]),
}));

/** Who finds no row makes an empty one. */
export const countedByRowsOnly: Planted = {
  ...NOTHING_PLANTED,
  places: (places) => ({ ...places, insert: (line) => places.insert(line, EMPTY_ROW) }),
  step: (row, view) => step(row, { ...view, legs: [] }),
};

export const nobodyLooks = stepping(() => ({ anew: new Set() }));
