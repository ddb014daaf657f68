import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freeBytes, tryWriting } from '../../../src/log/sqlite/disk.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejectsWith } from '../samples.ts';

test('a disk that takes data is tried without leaving anything on it, also after a process that was killed meanwhile', async () => {
  const dir = await tempDir('disk');
  const path = dir.file('log.db.probe');
  await tryWriting(path);
  assert.not.ok(existsSync(path));
  writeFileSync(path, 'half of it');
  await tryWriting(path);
  assert.not.ok(existsSync(path));
  await dir.remove();
});

test('a disk that takes none is told by the code of the operating system, and not by the path', async () => {
  const dir = await tempDir('disk');
  const { message } = await rejectsWith('LOG_UNAVAILABLE', tryWriting(dir.file('no/such/place')));
  assert.is(message, "the log's disk takes no data: ENOENT");
  await dir.remove();
});

test('free space is counted in bytes', async () => {
  const dir = await tempDir('disk');
  const free = await freeBytes(dir.path);
  assert.ok(Number.isInteger(free) && free > 0);
  await dir.remove();
});

test.run();
