import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, type Head } from '../../../src/domain/entries.ts';
import { LogError } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { tempDir } from '../../support/temp-dir.ts';

const { path: dir, remove } = await tempDir('damage');
test.after(remove);

const PAGE = 4_096;
const STREAMS = 60;

async function writeLog(path: string): Promise<void> {
  const log = openSqliteLog(path);
  for (let index = 0; index < STREAMS; index += 1) {
    const stream = `stream-${index}`;
    await log.register(stream, new Date(0));
    let head: Head = EMPTY_HEAD;
    for (let entry = 0; entry < 4; entry += 1) {
      const common = {
        kind: 'callback',
        type: 'T',
        at: '2026-01-01T00:00:00.000Z',
        actor: 'acs',
        cause: null,
      } as const;
      const result = await log.append(stream, head, [
        { ...common, id: `${entry}`, data: JSON.stringify('x'.repeat(900)) },
      ]);
      if ('conflict' in result) throw new TypeError('nobody else writes');
      head = result.entries[0]!;
    }
  }
  await log.close();
}

/** Overwrites a page in the middle of the file with what a dying disk may leave there. */
function damage(path: string, page: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(PAGE, 0xa5), 0, PAGE, page * PAGE);
  closeSync(file);
}

test('a log with a damaged page in its middle is refused when it is opened, and says which streams are hit', async () => {
  const path = join(dir, 'middle.db');
  await writeLog(path);
  const pages = readFileSync(path).length / PAGE;
  damage(path, Math.floor(pages / 2));
  try {
    openSqliteLog(path);
    assert.unreachable('a damaged log was opened');
  } catch (error) {
    assert.ok(error instanceof LogError);
    assert.is(error.code, 'LOG_CORRUPT');
    assert.match(error.message, /stream-\d+/);
  }
});

test('wherever a page is damaged, the log is refused or every entry of it still verifies', async () => {
  const path = join(dir, 'anywhere.db');
  await writeLog(path);
  const whole = readFileSync(path);
  const pages = whole.length / PAGE;
  let refused = 0;
  for (let page = 1; page < pages; page += 7) {
    const copy = join(dir, `page-${page}.db`);
    const file = openSync(copy, 'w');
    writeSync(file, whole);
    closeSync(file);
    damage(copy, page);
    try {
      const log = openSqliteLog(copy);
      const { entries, findingCount } = await verifyLog(log);
      await log.close();
      assert.equal([entries, findingCount], [STREAMS * 4, 0]);
    } catch (error) {
      assert.ok(error instanceof LogError && error.code === 'LOG_CORRUPT');
      refused += 1;
    }
  }
  assert.ok(refused > 0);
});

test.run();
