import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

const PIECE = 65_536;

/**
 * The bytes of a file in pieces, read anew each time that they are gone through; what can be read only once, such as a pipe,
 * is kept in memory.
 * A piece holds until the next is asked for.
 * @throws Error of the file system
 */
export function fileBytes(path: string): Iterable<Uint8Array> {
  if (!statSync(path).isFile()) return [readFileSync(path)];
  return {
    *[Symbol.iterator]() {
      const file = openSync(path, 'r');
      const piece = Buffer.allocUnsafe(PIECE);
      try {
        for (;;) {
          const size = readSync(file, piece);
          if (size === 0) return;
          yield piece.subarray(0, size);
        }
      } finally {
        closeSync(file);
      }
    },
  };
}
