import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { storeFiles } from '../../../src/composition/stores.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { callistra } from '../terminal.ts';

/** Data of a server that has called and was stopped; every test works on a copy. */
let rig: Rig;
let call: string;
let pristine: string;
let dataDir: string;

test.before(async () => {
  rig = await startRig({ people: [{ behaviour: 'answers-all' }, { behaviour: 'busy' }] });
  const [first] = await callAll(rig.url, rig.members);
  call = first!.callSessionId;
  await rig.server.close();
  pristine = rig.dataDir;
});
test.after(() => rig.close());
test.before.each(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'callistra-audit-'));
  await cp(pristine, dataDir, { recursive: true });
});
test.after.each(() => rm(dataDir, { recursive: true, force: true }));

/** Does what the store's triggers forbid, as somebody with the file in his hands can, and puts them back. */
function tamper(sql: string): void {
  const db = new Database(storeFiles(dataDir).log);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const { sql: definition } of triggers) db.exec(definition);
  db.close();
}

const env = () => ({ DATA_DIR: dataDir });
const where = (version: number) => `stream = '${call}' AND version = ${version}`;

test('a log that nobody touched has no findings', async () => {
  const { code, out } = await callistra(['verify'], env());
  assert.is(code, 0, out);
  assert.match(out, /^\d+ entries in \d+ streams, 0 findings, 0 notes$/m);
  assert.match(out, 'convinces its owner only');
});

const TAMPERINGS: readonly (readonly [string, sql: () => string, kind: string, version: number])[] = [
  ['changed answer', () => `UPDATE entries SET data = replace(data, 'one', 'two') WHERE ${where(8)}`, 'hash', 8],
  ['changed time', () => `UPDATE entries SET at = '2020-01-01T00:00:00.000Z' WHERE ${where(3)}`, 'hash', 3],
  ['removed entry', () => `DELETE FROM entries WHERE ${where(5)}`, 'gap', 5],
  ['cut-off end', () => `DELETE FROM entries WHERE stream = '${call}' AND version > 9`, 'truncated', 10],
  [
    'inserted entry',
    () =>
      `INSERT INTO entries SELECT stream, max(version) + 1, kind, type, id || 'x', at, actor, cause, data, hash
       FROM entries WHERE stream = '${call}'`,
    'hash',
    0,
  ],
];

for (const [what, sql, kind, version] of TAMPERINGS) {
  test(`a ${what} is found and named, and the exit code is 1`, async () => {
    tamper(sql());
    const { code, json } = await callistra(['verify', '--json'], env());
    assert.is(code, 1);
    const { findings } = json[0] as { findings: { stream: string; version: number; kind: string }[] };
    assert.ok(findings.length > 0);
    for (const finding of findings) assert.is(finding.stream, call);
    assert.is(findings[0]?.kind, kind);
    if (version > 0) assert.is(findings[0]?.version, version);
  });
}

test('the findings are told in words too', async () => {
  tamper(`DELETE FROM entries WHERE ${where(5)}`);
  const { code, out } = await callistra(['verify'], env());
  assert.is(code, 1);
  assert.match(out, call);
  assert.match(out, '1 findings');
});

/** Two people were asked about until their calls had ended. */
const SAME = { records: 2, differences: [], unreadable: [] };

test('a rebuild of rows that nobody touched finds no difference', async () => {
  const { code, out } = await callistra(['rebuild'], env());
  assert.is(code, 0, out);
  assert.match(out, '2 calls and 3 answers rebuilt from the log');
  assert.match(out, '0 calls differed');
});

test('a rebuild mends rows that somebody changed, names them, and finds nothing the next time', async () => {
  const db = new Database(storeFiles(dataDir).readModels);
  db.exec(`UPDATE CallResponses SET Response = 'no' WHERE CallSessionId = '${call}' AND QuestionNumber = 2`);
  db.close();
  const { code, json } = await callistra(['rebuild', '--json'], env());
  assert.is(code, 1);
  assert.equal(json[0], { sessions: 2, responses: 3, differences: [call], behind: 0, unreadable: [], access: SAME });
  assert.is((await callistra(['rebuild'], env())).code, 0);
});

test('rows whose files are gone are built again from the log, and none of them differed', async () => {
  const { readModels, access } = storeFiles(dataDir);
  const remove = async (): Promise<void> => {
    for (const file of [readModels, access])
      for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
  };
  await remove();
  const { code, json } = await callistra(['rebuild', '--json'], env());
  assert.equal(json[0], { sessions: 2, responses: 3, differences: [], behind: 0, unreadable: [], access: SAME });
  assert.is(code, 0);
  await remove();
  const { out } = await callistra(['rebuild'], env());
  assert.match(out, 'there were no rows before');
  assert.not.match(out, 'differed');
});

for (const command of ['verify', 'rebuild']) {
  test(`${command} where there is no log ends with 2 and names the file`, async () => {
    const { code, err } = await callistra([command], { DATA_DIR: join(dataDir, 'nowhere') });
    assert.is(code, 2);
    assert.match(err, /^LOG_UNAVAILABLE: there is no log at /);
  });
}

test('a damaged file of read models keeps no log from being verified, and rebuild puts a new one in its place', async () => {
  await writeFile(storeFiles(dataDir).readModels, 'not a database '.repeat(500));
  const verified = await callistra(['verify'], env());
  assert.is(verified.code, 1, verified.out);
  assert.match(verified.out, '0 findings');
  assert.match(verified.err, 'no read models, or they are damaged');
  const rebuilt = await callistra(['rebuild'], env());
  assert.is(rebuilt.code, 1);
  assert.match(rebuilt.out, '2 calls and 3 answers rebuilt from the log');
  assert.match(rebuilt.err, /it is kept as .*read-models\.db\.damaged-/);
  assert.is((await callistra(['verify'], env())).code, 0);
  assert.is((await callistra(['rebuild'], env())).code, 0);
});

test.run();
