import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../support/free-port.ts';
import { callistra } from '../terminal.ts';

const GOOD = 'memberId,phoneNumber,name,timeZone\nM-1,+12025550143,Zerbinette,America/New_York\nM-2,+12025550144,,\n';
const BAD = `${GOOD}M-3,2025550145,Quacksalver,\nM-4,+12025550146,,Mars/Olympus\n`;

let dir: string;
let env: Record<string, string>;

test.before.each(async () => {
  dir = await mkdtemp(join(tmpdir(), 'callistra-cli-'));
  // Nobody listens there.
  env = { DATA_DIR: join(dir, 'data'), PORT: String(await freePort()) };
});
test.after.each(() => rm(dir, { recursive: true, force: true }));

async function imported(text: string, ...options: string[]) {
  const file = join(dir, 'members.csv');
  await writeFile(file, text);
  return callistra(['members', 'import', file, ...options], env);
}

const listed = async () => (await callistra(['members', 'list', '--json'], env)).json[0] as object[];
const BOTH = [
  { memberId: 'M-1', phoneNumber: '+*******0143', timeZone: 'America/New_York' },
  { memberId: 'M-2', phoneNumber: '+*******0144', timeZone: '' },
];

test('a good file is imported whole', async () => {
  const { code, out, err } = await imported(GOOD);
  assert.equal([code, err], [0, '']);
  assert.match(out, '2 members imported: 2 new, 0 changed, 0 unchanged; 0 bad records');
  assert.equal(await listed(), BOTH);
});

test('of a file with bad records nothing is imported; each line is named, and not what it holds', async () => {
  const { code, err } = await imported(BAD);
  assert.is(code, 1);
  assert.match(err, 'line 4: phoneNumber');
  assert.match(err, 'line 5: timeZone');
  assert.match(err, '--skip-bad');
  assert.not.match(err, /2025550145|Quacksalver|Olympus/);
  assert.equal(await listed(), []);
});

test('with --skip-bad the good records are imported', async () => {
  const { code, out } = await imported(BAD, '--skip-bad');
  assert.is(code, 0);
  assert.match(out, '2 members imported: 2 new, 0 changed, 0 unchanged; 2 bad records');
  assert.equal(await listed(), BOTH);
});

test('the result comes as JSON where that is asked for', async () => {
  const { code, json } = await imported(BAD, '--json');
  assert.is(code, 1);
  const { imported: count, problems } = json[0] as { imported: number; problems: { line: number }[] };
  assert.is(count, 0);
  assert.equal(
    problems.map(({ line }) => line),
    [4, 5],
  );
});

test('the list masks numbers and shows no names', async () => {
  await imported(GOOD);
  const { code, out } = await callistra(['members', 'list'], env);
  assert.is(code, 0);
  assert.match(out, '+*******0143');
  assert.not.match(out, /2025550|Zerbinette/);
});

test('with --skip-bad a file of which nothing can be imported ends with 1', async () => {
  for (const text of ['member;phone\nA-1;+12025550143\n', 'memberId,phoneNumber\nM-1,nobody\n', '']) {
    const { code, err } = await imported(text, '--skip-bad');
    assert.is(code, 1, text);
    assert.match(err, 'Nothing was imported');
  }
});

test('a file of two columns leaves names and zones alone, and says what is new, changed and unchanged', async () => {
  await imported(GOOD);
  const { out } = await imported('memberId,phoneNumber\nM-1,+12025550199\nM-2,+12025550144\nM-3,+12025550145\n');
  assert.match(out, '3 members imported: 1 new, 1 changed, 1 unchanged');
  const [first] = await listed();
  assert.equal(first, { memberId: 'M-1', phoneNumber: '+*******0199', timeZone: 'America/New_York' });
  assert.match((await callistra(['members', 'show', 'M-1'], env)).out, 'known, not shown');
});

test('columns are named with --map, left out with --ignore, and national numbers understood with --country', async () => {
  const names = ['--map', 'memberId=No', '--map', 'phoneNumber=Phone', '--ignore', 'Plan'];
  const { code, err } = await imported('No;Phone;Plan\nM-1;(202) 555-0143;gold\n', ...names, '--country', 'us');
  assert.equal([code, err], [0, '']);
  assert.equal(await listed(), [{ memberId: 'M-1', phoneNumber: '+*******0143', timeZone: '' }]);
  for (const wrong of [
    ['--country', 'XX'],
    ['--map', 'phone=Phone'],
    ['--map', 'phoneNumber'],
  ]) {
    assert.is((await imported(GOOD, ...wrong)).code, 2, wrong.join(' '));
  }
});

test('many problems are told in a few lines, and all of them in a file that nobody else may read', async () => {
  const lines = Array.from({ length: 300 }, (_, n) => `M-${n},nobody\n`);
  const file = join(dir, 'problems.csv');
  const { code, err } = await imported(`memberId,phoneNumber\n${lines.join('')}`, '--problems', file);
  assert.is(code, 1);
  assert.ok(err.split('\n').length < 6, err);
  assert.match(err, 'lines 2, 3, 4, 5, 6 and 295 more: phoneNumber');
  assert.is((await readFile(file, 'utf8')).trim().split('\n').length, 301);
  assert.is((await stat(file)).mode & 0o777, 0o600);
});

test('a preview imports nothing', async () => {
  const { code, out } = await imported(GOOD, '--preview');
  assert.is(code, 0);
  assert.match(out, '2 members could be imported');
  assert.equal(await listed(), []);
});

test('who imported members where no server runs is in the log, and who only looked what would become of it is not', async () => {
  const who = `operator:${userInfo().username}`;
  const entries = async () => {
    const { json } = await callistra(['audit', 'access', '--actor', who, '--json'], env);
    return JSON.stringify(json).split('"members-import"').length - 1;
  };
  await imported(GOOD, '--preview');
  await imported(BAD);
  assert.is(await entries(), 0);
  await imported(GOOD);
  assert.is(await entries(), 1);
});

test('a member is shown with a masked number, and after a removal is nobody', async () => {
  await imported(GOOD);
  const { code, out } = await callistra(['members', 'show', 'M-1'], env);
  assert.is(code, 0);
  assert.match(out, '+*******0143');
  assert.not.match(out, /2025550|Zerbinette/);
  assert.is((await callistra(['members', 'remove', 'M-1', '--reason', 'asked to'], env)).code, 0);
  for (const command of ['show', 'remove']) {
    const again = await callistra(['members', command, 'M-1'], env);
    assert.is(again.code, 1);
    assert.match(again.err, 'MEMBER_NOT_FOUND');
  }
  assert.equal(await listed(), BOTH.slice(1));
  const looks = (await callistra(['audit', 'access', '--member', 'M-1', '--json'], env)).json.flat();
  assert.match(JSON.stringify(looks), '"member-removed"');
});

test('an export holds all, needs a reason, is for its owner only, and can be imported again', async () => {
  await imported(GOOD);
  const file = join(dir, 'out.csv');
  assert.is((await callistra(['members', 'export', file], env)).code, 2);
  const { code } = await callistra(['members', 'export', file, '--reason', 'a new system'], env);
  assert.is(code, 0);
  assert.is(await readFile(file, 'utf8'), GOOD);
  assert.is((await stat(file)).mode & 0o777, 0o600);
  assert.match((await imported(await readFile(file, 'utf8'))).out, '0 new, 0 changed, 2 unchanged');
  const looks = (await callistra(['audit', 'access', '--member', 'M-2', '--json'], env)).json.flat();
  assert.match(JSON.stringify(looks), '"members-export"');
});

test('a list of many pages is one table, and can be of those whose ids begin so', async () => {
  const lines = Array.from({ length: 2_000 }, (_, n) => `M-${1_000 + n},+1202555${1_000 + n}\n`);
  await imported(`memberId,phoneNumber\n${lines.join('')}`);
  const { out } = await callistra(['members', 'list'], env);
  assert.is(out.split('\n').length, 2_002);
  assert.is((await callistra(['members', 'list', '--json'], env)).json.flat().length, 2_000);
  assert.is((await callistra(['members', 'list', '--search', 'M-201'], env)).out.split('\n').length, 12);
});

test('a file that is not there ends with 2 and is named', async () => {
  const { code, err } = await callistra(['members', 'import', join(dir, 'none.csv')], env);
  assert.is(code, 2);
  assert.match(err, 'ENOENT');
  assert.not.match(err, /\n\s+at /);
});

test.run();
