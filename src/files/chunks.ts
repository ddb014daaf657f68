import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 ** 2;

export const chunkBuffers = (): [Buffer, Buffer] => [
  Buffer.allocUnsafeSlow(CHUNK_BYTES),
  Buffer.allocUnsafeSlow(CHUNK_BYTES),
];

/**
 * A file's bytes in their order. The next are read while these are looked at, into the same two buffers again and again: a chunk
 * stands until the next is asked for.
 * @param from the place of the first one. @throws what the file system does
 */
export async function* chunksOf(path: string, from = 0, buffers = chunkBuffers()): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  let [ahead, other] = buffers;
  let place = from;
  // From its beginning a pipe can be read too, which has no places.
  const readOn = () => file.read(ahead, { position: from === 0 ? null : place });
  let reading = readOn();
  try {
    for (;;) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return;
      [ahead, other] = [other, ahead];
      place += bytesRead;
      reading = readOn();
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await reading.catch(() => {});
    await file.close();
  }
}
