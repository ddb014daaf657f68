import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { entriesTile, readTilePath, type TilePlace, tilePath } from '../../src/tlog/tiles.ts';

const PATHS: readonly (readonly [path: string, place: TilePlace])[] = [
  ['tile/0/000', { level: 0, index: 0, width: 256 }],
  ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
  ['tile/0/x001/000', { level: 0, index: 1_000, width: 256 }],
  ['tile/1/000.p/3', { level: 1, index: 0, width: 3 }],
  ['tile/entries/x012/345.p/255', { level: 'entries', index: 12_345, width: 255 }],
];

for (const [path, place] of PATHS) {
  test(`${path} is the place of one tile, and no other path is`, () => {
    assert.is(tilePath(place), path);
    assert.equal(readTilePath(path), place);
  });
}

test('every tile is found again at its path', () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant('entries' as const)),
      fc.nat({ max: 2 ** 40 }),
      fc.integer({ min: 1, max: 256 }),
      (level, index, width) => assert.equal(readTilePath(tilePath({ level, index, width })), { level, index, width }),
    ),
  ));

const NONE = [
  'tile/0/0',
  'tile/0/00',
  'tile/0/0000',
  'tile/0/x000/067',
  'tile/0/001/234',
  'tile/0/x001',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/0/000.p/03',
  'tile/0/000.p/',
  'tile/6/000',
  'tile/00/000',
  'tile/-1/000',
  'tile/entry/000',
  'tile/0/000/',
  '/tile/0/000',
  'tile/0/../0/000',
  'tile/0/x999/x999/x999/x999/x999/x999/999',
  'checkpoint',
  '',
];

for (const path of NONE) test(`"${path}" is no path of a tile`, () => assert.is(readTilePath(path), null));

test('a tile of entries holds each leaf behind its length, in two bytes', () => {
  assert.is(
    entriesTile([Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(258, 7)])
      .toString('hex')
      .slice(0, 16),
    '0002616200000102',
  );
  assert.is(entriesTile([Buffer.alloc(258)]).length, 260);
});

test.run();
