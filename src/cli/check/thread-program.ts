import { isDeepStrictEqual } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { checkSegment, type Segmented } from '../../audit/export/check/segment.ts';
import type { Checked } from '../../audit/export/check/side-by-side.ts';
import { readVerifier } from '../../tlog/keys.ts';
import { segmentedFile } from './segmented-file.ts';
import type { Answer, Order } from './thread.ts';

/** The program of a thread: checks a segment for each order, one after the other. */
let opened: { readonly order: Pick<Order, 'about' | 'key'>; readonly file: Segmented | null } | null = null;

function open({ about, key }: Order): Segmented | null {
  if (opened && isDeepStrictEqual(opened.order, { about, key })) return opened.file;
  const verifier = readVerifier(key);
  opened = { order: { about, key }, file: verifier && segmentedFile(about, verifier) };
  return opened.file;
}

async function answer(order: Order): Promise<Checked | undefined> {
  const file = open(order);
  return file ? checkSegment(file, order.number) : undefined;
}

let before: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (order: Order) => {
  // Whoever asked reads the same file, meets the same trouble and says what it is.
  const answered = before.then(() => answer(order)).catch(() => undefined);
  before = answered.then((checked) => parentPort?.postMessage({ id: order.id, checked } satisfies Answer));
});
