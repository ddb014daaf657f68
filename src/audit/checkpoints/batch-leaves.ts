import { type HeadLeaf, LEAF_LINES, leafText, readLeaf } from './leaf.ts';

/** Leaves in their order. A list is one; those of a batch that was read are made one by one, whenever they are asked for. */
export type Leaves = Iterable<HeadLeaf> & {
  readonly length: number;
  at(index: number): HeadLeaf | undefined;
};

const NEWLINE = 0x0a;

/** Leaves as they were written. `text`: the bytes of one, as `leafText` makes them. */
export type WrittenLeaves = Leaves & { text(index: number): Buffer | undefined };

/**
 * The leaves that stand in a text from a place on; null when one is written otherwise than `leafText` writes it. All leaves of a
 * full batch at once take several times the memory of its bytes, and a text that is cut from a larger one keeps all of that.
 */
export function readLeaves(text: Buffer, from: number): WrittenLeaves | null {
  const begins: number[] = [];
  for (let place = from; place < text.length; ) {
    const end = behindLines(text, place, LEAF_LINES);
    const written = text.toString('utf8', place, end);
    const leaf = leafIn(written);
    if (!leaf || leafText(leaf) !== written) return null;
    begins.push(place);
    place = end;
  }
  const writtenAt = (index: number): Buffer | undefined =>
    begins[index] === undefined ? undefined : text.subarray(begins[index], begins[index + 1]);
  const at = (index: number): HeadLeaf | undefined => {
    const written = writtenAt(index);
    return written && leafIn(written.toString())!;
  };
  return {
    length: begins.length,
    at,
    text: writtenAt,
    *[Symbol.iterator]() {
      for (const index of begins.keys()) yield at(index)!;
    },
  };
}

function leafIn(written: string): HeadLeaf | null {
  return readLeaf(written.split('\n').slice(0, -1));
}

/** The place behind so many lines, or where the text ends before. */
export function behindLines(text: Buffer, from: number, count: number): number {
  let place = from;
  for (let line = 0; line < count && place < text.length; line += 1) {
    const newline = text.indexOf(NEWLINE, place);
    place = newline < 0 ? text.length : newline + 1;
  }
  return place;
}
