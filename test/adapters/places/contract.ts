import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlaceStore } from '../../../src/app/ports.ts';
import { EMPTY_ROW, type Place, type PlacesRow } from '../../../src/domain/places/row.ts';

const LINE = '+15550100000';
const OTHER = '+15550100001';

export function placeOf(number: number): Place {
  return {
    callSessionId: `019aab00-0000-7000-8000-${String(number).padStart(12, '0')}`,
    attempt: 1 + (number % 3),
    turnMs: 1_764_194_532_033 + number / 3,
    by: 'a1b2c3d4',
    isShared: number % 2 === 0,
  };
}

const ROW: PlacesRow = {
  held: [placeOf(1), placeOf(2)],
  waiting: [
    { callSessionId: placeOf(3).callSessionId, attempt: 2, part: 'redial' },
    { callSessionId: placeOf(4).callSessionId, attempt: 1, part: 'normal' },
    { callSessionId: placeOf(5).callSessionId, attempt: 1, part: 'low' },
  ],
  normals: 2,
  nextMs: 1_764_194_532_133.333,
  pausedUntilMs: 7,
};

/** What every store of places holds. @param open a store in which there is nothing, and a second one over the same */
export function placesContract(name: string, open: () => Promise<readonly [PlaceStore, PlaceStore]>): void {
  const tests = suite(`places ${name}`);

  const tagOf = (answer: unknown): string => {
    assert.type((answer as { etag?: unknown }).etag, 'string', JSON.stringify(answer));
    return (answer as { etag: string }).etag;
  };

  tests('a row that nobody has inserted is absent, and is inserted once', async () => {
    const [one, other] = await open();
    assert.is(await one.read(LINE), 'absent');
    const etag = tagOf(await one.insert(LINE, ROW));
    assert.is(await other.insert(LINE, EMPTY_ROW), 'exists');
    assert.equal(await other.read(LINE), { row: ROW, etag });
    assert.is(await one.read(OTHER), 'absent');
  });

  tests('what is written under the tag that was read is read by all, to the letter', async () => {
    const [one, other] = await open();
    await one.insert(LINE, EMPTY_ROW);
    const read = await other.read(LINE);
    assert.ok(read !== 'absent' && 'row' in read);
    const etag = tagOf(await other.write(LINE, ROW, read.etag));
    assert.equal(await one.read(LINE), { row: ROW, etag });
    // What is not in the next row is gone.
    tagOf(await one.write(LINE, EMPTY_ROW, etag));
    const last = await other.read(LINE);
    assert.equal(last !== 'absent' && 'row' in last && last.row, EMPTY_ROW);
  });

  tests('of two who write after the same reading one is told of a conflict, and changes nothing', async () => {
    const [one, other] = await open();
    const etag = tagOf(await one.insert(LINE, EMPTY_ROW));
    const rows = [ROW, { ...ROW, normals: 3 }] as const;
    const answers = await Promise.all([one.write(LINE, rows[0], etag), other.write(LINE, rows[1], etag)]);
    const won = answers.findIndex((answer) => answer !== 'conflict');
    assert.equal(answers.filter((answer) => answer === 'conflict').length, 1);
    assert.equal(await one.read(LINE), { row: rows[won], etag: tagOf(answers[won]) });
  });

  tests('a row that is not there is not made by writing it', async () => {
    const [one] = await open();
    await one.insert(OTHER, EMPTY_ROW);
    const read = await one.read(OTHER);
    assert.ok(read !== 'absent' && 'etag' in read);
    assert.is(await one.write(LINE, ROW, read.etag), 'conflict');
    assert.is(await one.read(LINE), 'absent');
  });

  tests('thousands of places fit into a row', async () => {
    const [one, other] = await open();
    const count = Math.min(6_000, one.heldMax);
    const held = Array.from({ length: count }, (_, index) => placeOf(index));
    const etag = tagOf(await one.insert(LINE, { ...ROW, held }));
    assert.equal(await other.read(LINE), { row: { ...ROW, held }, etag });
  });

  tests.run();
}
