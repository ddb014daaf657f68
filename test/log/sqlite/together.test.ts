import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { accepted, newEntry, rejectsWith } from '../samples.ts';

const test = suite<{ folder: TempDir; path: string }>('appends of a sqlite log that are written together');
test.before.each(async (context) => {
  context.folder = await tempDir('together');
  context.path = context.folder.file('log.db');
});
test.after.each(({ folder }) => folder.remove());

test('an entry that somebody else put in is not overwritten: the append is a conflict, that of another stream is none', async ({
  path,
}) => {
  const log = openSqliteLog(path);
  const head = headOf(accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')])));
  const other = new Database(path);
  other.exec("INSERT INTO entries VALUES ('s', 2, 'callback', 't', 'x', '', '', NULL, '', 'none')");
  other.close();
  const neighbour = log.append('t', EMPTY_HEAD, [newEntry('a')]);
  assert.equal(await log.append('s', head, [newEntry('b')]), { conflict: true });
  accepted(await neighbour);
  await log.close();
});

test('an entry that the file refuses takes no other down, of however many that are written together', async ({
  path,
}) => {
  const log = openSqliteLog(path);
  accepted(await log.append('first', EMPTY_HEAD, [newEntry('taken')]));
  const other = new Database(path);
  other.exec('CREATE UNIQUE INDEX of_somebody_else ON entries (id)');
  other.close();
  const names = Array.from({ length: 40 }, (_, n) => `s${n}`);
  const appends = names.map((name) =>
    log.append(name, EMPTY_HEAD, [newEntry(`${name}-1`), newEntry(name === 's20' ? 'taken' : `${name}-2`)]),
  );
  for (const [n, name] of names.entries()) {
    if (name === 's20') await rejectsWith('LOG_UNAVAILABLE', appends[n]!);
    else accepted(await appends[n]!);
    assert.is((await log.read(name)).length, name === 's20' ? 0 : 2, name);
  }
  await log.close();
});

test.run();
