/** Lines as bytes, one behind the other. */
export type PartBytes = {
  put(line: string): void;
  size(): number;
  /** All of them; to be used before the next is put. */
  view(): Buffer;
  clear(): void;
};

const UTF8_BYTES_PER_UNIT_MAX = 3;

/**
 * Each line is written where it belongs: one line that is not Latin makes a text that they are joined to twice as large, and
 * three times as slow to write.
 */
export function createPartBytes(usual: number): PartBytes {
  let buffer = Buffer.allocUnsafe(usual);
  let size = 0;
  return {
    put(line) {
      const most = size + line.length * UTF8_BYTES_PER_UNIT_MAX;
      if (most > buffer.length) {
        const larger = Buffer.allocUnsafe(2 * most);
        buffer.copy(larger, 0, 0, size);
        buffer = larger;
      }
      size += buffer.write(line, size);
    },
    size: () => size,
    view: () => buffer.subarray(0, size),
    clear() {
      size = 0;
    },
  };
}
