/** Where the standard layout of a tree keeps its tiles (C2SP tlog-tiles). */

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;

/** `level` `entries`: the leaves themselves. `width`: below 256 for the right edge. */
export type TilePlace = { readonly level: number | 'entries'; readonly index: number; readonly width: number };

const LEVEL_MAX = 5;

/** `tile/0/x001/x234/067`, and with `.p/W` behind it for a partial one. */
export function tilePath({ level, index, width }: TilePlace): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!;
  const name = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The tile at a path; null for any path that is not written as `tilePath` writes it. */
export function readTilePath(path: string): TilePlace | null {
  const parts = /^tile\/(entries|\d)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!parts) return null;
  const [, level = '', name = '', partial] = parts;
  const index = Number(name.replaceAll(/[x/]/g, ''));
  const place: TilePlace = {
    level: level === 'entries' ? level : Number(level),
    index,
    width: Number(partial ?? TILE_WIDTH),
  };
  const isSound = Number.isSafeInteger(index) && (typeof place.level === 'string' || place.level <= LEVEL_MAX);
  return isSound && place.width >= 1 && tilePath(place) === path ? place : null;
}

/** Leaves as a tile of entries holds them: each behind its length, two bytes. */
export function entriesTile(leaves: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}
