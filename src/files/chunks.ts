import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 ** 2;

/**
 * A file's bytes in their order. The next are read while these are looked at, into the same two buffers again and again: a chunk
 * stands until the next is asked for.
 * @throws what the file system does
 */
export async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  let [ahead, other] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
  let reading = file.read(ahead);
  try {
    for (;;) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return;
      [ahead, other] = [other, ahead];
      reading = file.read(ahead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await reading.catch(() => {});
    await file.close();
  }
}
