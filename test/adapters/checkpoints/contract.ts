import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CheckpointStore, OBJECT_BYTES_MAX } from '../../../src/audit/checkpoints/ports.ts';

/** A place for one tree, and ways into it: each as another process would open it. */
export type StorePlace = { open(): CheckpointStore; remove(): Promise<void> };

/** What every store of a tree does; one suite for all of them. */
export function checkpointStoreContract(name: string, newPlace: () => Promise<StorePlace>): void {
  const test = suite<{ place: StorePlace; store: CheckpointStore }>(`store of a tree: ${name}`);
  test.before.each(async (context) => {
    context.place = await newPlace();
    context.store = context.place.open();
  });
  test.after.each(({ place }) => place.remove());

  test('what was created is read again byte for byte, also by others', async ({ store, place }) => {
    const bytes = Buffer.from([0, 1, 255, 10, 13, 0xe2, 0x80, 0x94]);
    assert.is(await store.create('batch/1', bytes), true);
    assert.equal(await store.read('batch/1'), bytes);
    assert.equal(await place.open().read('batch/1'), bytes);
  });

  test('an object without bytes is there', async ({ store }) => {
    assert.is(await store.create('batch/1', Buffer.alloc(0)), true);
    assert.equal(await store.read('batch/1'), Buffer.alloc(0));
    assert.is(await store.create('batch/1', Buffer.from('later')), false);
  });

  test('what nobody created is not there', async ({ store }) => {
    assert.is(await store.read('batch/1'), null);
    assert.is(await store.read('tree-2/batch/1'), null);
    assert.equal(await store.list(''), []);
  });

  test('nothing is written over, also not with the same bytes', async ({ store, place }) => {
    await store.create('batch/1', Buffer.from('first'));
    assert.is(await store.create('batch/1', Buffer.from('second')), false);
    assert.is(await place.open().create('batch/1', Buffer.from('first')), false);
    assert.is((await store.read('batch/1'))?.toString(), 'first');
  });

  test('of many who create one object at once, one wins, and its bytes are those that are read', async ({ place }) => {
    const rivals = Array.from({ length: 8 }, (_, index) => Buffer.from(`rival ${index} `.repeat(1_000)));
    const won = await Promise.all(rivals.map((bytes) => place.open().create('batch/7', bytes)));
    assert.is(won.filter(Boolean).length, 1);
    assert.equal(await place.open().read('batch/7'), rivals[won.indexOf(true)]);
  });

  test('names are listed by what they begin with, wherever they stand', async ({ store }) => {
    const names = ['batch/1', 'batch/10', 'batch/2', 'checkpoint/5.00ff', 'tree-2/batch/1', 'tree-2/checkpoint/5.aa'];
    for (const each of names) await store.create(each, Buffer.from(each));
    assert.equal([...(await store.list(''))].sort(), [...names].sort());
    assert.equal([...(await store.list('batch/'))].sort(), ['batch/1', 'batch/10', 'batch/2']);
    assert.equal([...(await store.list('batch/1'))].sort(), ['batch/1', 'batch/10']);
    assert.equal(await store.list('tree-2/checkpoint/'), ['tree-2/checkpoint/5.aa']);
    assert.equal(await store.list('tree-3/'), []);
  });

  test('an object of some megabytes is kept whole', async ({ store }) => {
    const bytes = Buffer.alloc(3 * 1024 ** 2, 'a line of a leaf\n');
    await store.create('batch/1', bytes);
    assert.ok((await store.read('batch/1'))?.equals(bytes));
  });

  test('of an object larger than any of ours no more is read than shows that it is', async ({ store }) => {
    await store.create('batch/1', Buffer.alloc(OBJECT_BYTES_MAX + 2 * 1024 ** 2, 1));
    const read = await store.read('batch/1');
    assert.ok(read !== null && read.length > OBJECT_BYTES_MAX);
  });

  test.run();
}

/** The error of whoever should fail, by its code and words. */
export async function failure(work: Promise<unknown>): Promise<{ readonly code: unknown; readonly message: string }> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Error);
    return { code: (error as { readonly code?: unknown }).code, message: (error as Error).message };
  }
  throw new Error('it did not fail');
}

/** Whatever can be asked of a store. */
export function everything(store: CheckpointStore): readonly (() => Promise<unknown>)[] {
  return [() => store.create('batch/1', Buffer.from('bytes')), () => store.read('batch/1'), () => store.list('')];
}
