import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkExport } from '../../../src/audit/export/check/check.ts';
import { checkSegment } from '../../../src/audit/export/check/segment.ts';
import { type Beside, checkSideBySide, type SegmentedFile } from '../../../src/audit/export/check/side-by-side.ts';
import { lineText, noteText } from '../../../src/audit/export/format.ts';
import { formatNote, signText } from '../../../src/tlog/note.ts';
import { keyOf } from '../checkpoints/rig.ts';
import { DEEDS, type Material, material } from './deeds.ts';
import { signedAgain } from './forger.ts';
import { LINE_DEEDS } from './line-deeds.ts';
import { ANCHORS, checked } from './rig.ts';
import { agreeing, besideOf, SMALLEST, segmented } from './side-by-side.ts';

type Context = { material: Material; parts: readonly string[] };

const test = suite<Context>('an export that two lanes check');
test.before(async (context) => {
  context.material = await material();
  context.parts = signedAgain(cut(context.material.honest), keyOf(1));
});

/** A note to be signed anew. */
const PART = (() => {
  const text = noteText('part', {
    exportId: '',
    part: 0,
    streams: [],
    totals: { streams: 0, entries: 0, calls: 0, withheld: 0, left: 0, bytes: 0 },
    digest: '',
    next: { after: null, scripts: [] },
  });
  return lineText({ note: formatNote({ text, signatures: [signText(text, keyOf(1))] }) });
})();

/** The same lines with a part for each stream. */
function cut(lines: readonly string[]): string[] {
  const [first = '', ...rest] = lines;
  const isNext = (line: string, index: number): boolean => index > 0 && /^\{"(stream|left)"/.test(line);
  return [first, ...rest.flatMap((line, index) => (isNext(line, index) ? [PART, line] : [line]))];
}

/** Of segments, up to some that hold all of it. */
const SIZES = Array.from({ length: 60 }, (_, index) => SMALLEST + 611 * index);

/** Each part with its note, behind the first line. */
function partsOf(lines: readonly string[]): string[] {
  const parts = [''];
  for (const line of lines) {
    parts[parts.length - 1] += line;
    if (line.startsWith('{"note"')) parts.push('');
  }
  return parts.slice(0, -1);
}

const inOrder = async (bytes: Buffer) =>
  checkExport(
    (async function* () {
      yield bytes;
    })(),
    ANCHORS,
  );

function fileOf({ parts }: Context, segmentBytes = SMALLEST): SegmentedFile {
  return segmented(Buffer.from(parts.join('')), ANCHORS, segmentBytes)!;
}

test('of several parts: the same is said, wherever segments are cut', async ({ parts }) => {
  assert.ok(partsOf(parts).length >= 5, `${partsOf(parts).length} parts`);
  const bytes = Buffer.from(parts.join(''));
  const whole = await inOrder(bytes);
  assert.is(whole.findingCount, 0);
  // Where a note begins and ends, too.
  const places = parts.flatMap((line, index) => {
    const begins = Buffer.byteLength(parts.slice(0, index).join(''));
    return index > 0 && line.startsWith('{"note"') ? [begins, begins + Buffer.byteLength(line)] : [];
  });
  for (const segmentBytes of [...SIZES, ...places.flatMap((place) => [place - 1, place, place + 1])]) {
    const file = segmented(bytes, ANCHORS, segmentBytes)!;
    assert.equal(await checkSideBySide(file, ANCHORS, besideOf(file)), whole, `segments of ${segmentBytes}`);
  }
});

for (const { what, forge, said, withKey } of [...DEEDS, ...LINE_DEEDS]) {
  if (!withKey) continue;
  test(`${what}, in parts, by somebody who has the key: as one lane finds it`, async ({ material }) => {
    await checked(signedAgain(cut(forge(material)), keyOf(1), said).join(''));
  });
}

test('parts left out, twice, in another order, of another export: let pass only as they were', async (context) => {
  const own = partsOf(context.parts);
  const foreign = partsOf(signedAgain(cut(context.material.another), keyOf(1)));
  const all = [...own, ...foreign];
  const places = fc.array(fc.nat(all.length - 1), { maxLength: own.length + 2 });
  await fc.assert(
    fc.asyncProperty(places, async (some) => {
      const bytes = Buffer.from(own[0] + some.map((place) => all[place]).join(''));
      await agreeing(bytes, ANCHORS, await inOrder(bytes));
    }),
    { numRuns: 100 },
  );
  for (const [index, part] of own.entries()) {
    for (const instead of ['', part + part, foreign[index] ?? '']) {
      const bytes = Buffer.from(own.map((each) => (each === part ? instead : each)).join(''));
      const check = await inOrder(bytes);
      assert.ok(check.findingCount > 0);
      for (const segmentBytes of SIZES) {
        const file = segmented(bytes, ANCHORS, segmentBytes);
        if (file) assert.is(await checkSideBySide(file, ANCHORS, besideOf(file)), null, `segments of ${segmentBytes}`);
      }
    }
  }
});

test('what stands behind the last line, or before a segment can begin: refused', async ({ parts }) => {
  const sound = parts.join('');
  for (const more of ['x', 'x\n', parts.at(-1)!, parts.slice(-3).join(''), '{"note":"x"}\n', '\n', '{"note":']) {
    for (const text of [
      sound + more,
      sound.slice(0, -more.length) + more,
      sound.replace('{"note"', `${more}{"note"`),
    ]) {
      if (text === sound) continue;
      const bytes = Buffer.from(text);
      const check = await inOrder(bytes);
      assert.ok(check.findingCount > 0, JSON.stringify(more));
      await agreeing(bytes, ANCHORS, check);
    }
  }
});

const NEVER = () => new Promise<never>(() => {});

test('a lane that never answers costs nothing but its help, and is not waited for', async (context) => {
  const file = fileOf(context);
  let asked = 0;
  const beside: Beside = {
    after: 2,
    open: () => () => {
      asked += 1;
      return NEVER();
    },
  };
  assert.equal(await checkSideBySide(file, ANCHORS, beside), await inOrder(Buffer.from(context.parts.join(''))));
  assert.is(asked, 2);
});

test('what is far ahead of a lane that stands still is not held: its segment is checked by the other', async (context) => {
  const begun: number[] = [];
  const file = fileOf(context);
  const read = (from: number) => {
    begun.push(from / SMALLEST);
    return file.read(from);
  };
  assert.ok(file.sizeBytes / SMALLEST > 20);
  await checkSideBySide({ ...file, read }, ANCHORS, { after: 0, open: () => NEVER });
  assert.equal(begun.slice(0, 17), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 16, 1]);
});

test('a lane that cannot go on leaves the rest to the other', async (context) => {
  const file = fileOf(context);
  for (const able of [0, 1, 3]) {
    let asked = 0;
    const open = () => async (number: number) => {
      asked += 1;
      return asked > able ? undefined : checkSegment(file, number);
    };
    const check = await checkSideBySide(file, ANCHORS, { after: 0, open });
    assert.equal([check?.findingCount, asked], [0, able + 2]);
  }
});

test('a segment that another lane found sound of another file is not joined', async (context) => {
  const other = segmented(
    Buffer.from(signedAgain(cut(context.material.another), keyOf(1)).join('')),
    ANCHORS,
    SMALLEST,
  )!;
  assert.is(await checkSideBySide(fileOf(context), ANCHORS, besideOf(other)), null);
});

test('a segment behind a note that says otherwise than the file did is not joined', async (context) => {
  const lying = signedAgain(context.parts, keyOf(1), (note) => ({
    ...note,
    totals: { ...note.totals, entries: note.totals.entries + 1 },
  }));
  assert.is(lying.join('').length, context.parts.join('').length);
  const file = fileOf(context);
  const liar = segmented(Buffer.from(lying.join('')), ANCHORS, SMALLEST)!;
  let lies = 0;
  const open = () => async (number: number) => {
    const lie = await checkSegment({ ...liar, begun: file.begun }, number);
    if (lie) lies += Number(lie !== 'none');
    return lie ?? checkSegment(file, number);
  };
  assert.is(await checkSideBySide(file, ANCHORS, { after: 0, open }), null);
  assert.ok(lies > 0);
});

test('how far it has come is told in order', async (context) => {
  const told: number[] = [];
  const file = fileOf(context);
  await checkSideBySide(file, ANCHORS, besideOf(file), ({ bytes }) => told.push(bytes));
  assert.equal(
    told,
    [...told].sort((a, b) => a - b),
  );
  assert.ok(told.length > 5 && told.at(-1)! > 0.9 * (file.sizeBytes - 2_000));
});

test.run();
