import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

const listed = async () => (await callistra(['members', 'list', '--json'], env)).json[0];
const BOTH = [
  { memberId: 'M-1', phoneNumber: '+*******0143', timeZone: 'America/New_York' },
  { memberId: 'M-2', phoneNumber: '+*******0144', timeZone: '' },
];

test('a good file is imported whole', async () => {
  const { code, out, err } = await imported(GOOD);
  assert.equal([code, err], [0, '']);
  assert.match(out, '2 members imported, 0 bad lines');
  assert.equal(await listed(), BOTH);
});

test('of a file with bad lines nothing is imported; each line is named, and not what it holds', async () => {
  const { code, err } = await imported(BAD);
  assert.is(code, 1);
  assert.match(err, 'line 4, phoneNumber');
  assert.match(err, 'line 5, timeZone');
  assert.match(err, '--skip-bad');
  assert.not.match(err, /2025550145|Quacksalver|Olympus/);
  assert.equal(await listed(), []);
});

test('with --skip-bad the good lines are imported', async () => {
  const { code, out } = await imported(BAD, '--skip-bad');
  assert.is(code, 0);
  assert.match(out, '2 members imported, 2 bad lines');
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

test('a file that is not there ends with 2 and is named', async () => {
  const { code, err } = await callistra(['members', 'import', join(dir, 'none.csv')], env);
  assert.is(code, 2);
  assert.match(err, 'ENOENT');
  assert.not.match(err, /\n\s+at /);
});

test.run();
