import { HASH_BYTES } from './hash.ts';

/** What a checkpoint says (C2SP tlog-checkpoint): the text of a signed note. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Buffer };

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads the text of a checkpoint; null when it is none. Lines behind the third are passed over. */
export function readCheckpoint(text: string): Checkpoint | null {
  const [origin = '', size = '', base64 = ''] = text.split('\n');
  if (origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || !text.endsWith('\n')) return null;
  const root = Buffer.from(base64, 'base64');
  if (root.length !== HASH_BYTES || root.toString('base64') !== base64) return null;
  return { origin, size: Number(size), root };
}
