import { open as openFile, readdir, readFile } from 'node:fs/promises';
import type { uvu } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows } from '../../../projections/ports.ts';
import { type MendingReadStore, openMendingReadStore } from '../../../projections/sqlite/mending.ts';
import type { Replaced } from '../../../projections/sqlite/place.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { at, callId, rows } from '../samples.ts';

/** A place for a file of read models, and what is told of it. */
export type World = { dir: TempDir; path: string; replaced: Replaced[]; nowMs: number };

/** Gives every test of a suite a place of its own. */
export function inPlaces(test: uvu.Test<World>): void {
  test.before.each(async (world) => {
    world.dir = await tempDir('rows');
    Object.assign(world, { path: world.dir.file('read-models.db'), replaced: [], nowMs: Date.parse(at(1_000)) });
  });
  test.after.each((world) => world.dir.remove());
}

export const CALLS: readonly CallRows[] = Array.from({ length: 40 }, (_, n) =>
  rows(n, { version: 5, disposition: 'busy' }, { 1: `answer ${n}` }),
);
export const mark = (n: number, published = [`told-${n}`]) => ({ callSessionId: callId(n), version: 5, published });

export function open(world: World): MendingReadStore {
  return openMendingReadStore(world.path, {
    now: () => world.nowMs,
    onReplaced: (replaced) => world.replaced.push(replaced),
  });
}

/** Rows and marks of all calls but the last, whose end nobody was told of. */
export async function fill(world: World): Promise<void> {
  const store = openSqliteReadStore(world.path);
  await store.write(CALLS);
  await store.notices.mark(CALLS.slice(0, -1).map((_, n) => mark(n)));
  await store.close();
}

/** Puts other bytes wherever the file says `text`, which may be more than once: what was moved is left behind. */
export async function overwrite(path: string, text: string, bytes: Buffer): Promise<void> {
  const whole = await readFile(path);
  assert.ok(whole.includes(text), `there is ${text}`);
  const file = await openFile(path, 'r+');
  for (let offset = whole.indexOf(text); offset >= 0; offset = whole.indexOf(text, offset + 1)) {
    await file.write(bytes, 0, bytes.length, offset);
  }
  await file.close();
}

export const kept = async ({ dir }: World): Promise<string[]> =>
  (await readdir(dir.path)).filter((name) => /damaged-\w+(-\d)?$/.test(name)).sort();

export async function codeOf(work: () => Promise<unknown>): Promise<string | undefined> {
  return work().then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
}
