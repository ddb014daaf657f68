import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyLog } from '../../../src/audit/backup/log.ts';
import { type RunningServer, startServer } from '../../../src/composition/server.ts';
import { inFiles, openLog, openLogFile, openMembers, storeFiles } from '../../../src/composition/stores.ts';
import { readConfig } from '../../../src/config/config.ts';
import { initiate, makeDataDir, membersOf, scriptsOf, untilEnded } from '../../e2e/rig.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { callistra, type Ran } from '../terminal.ts';

const people = [{ behaviour: 'answers-all' as const }, { behaviour: 'busy' as const }];

type Context = { dir: TempDir; dataDir: string; server: RunningServer; older: string; backup: string };

const test = suite<Context>('callistra backup and restore');

const envOf = (dataDir: string) => ({ PORT: '0', SIMULATOR: 'true', DATA_DIR: dataDir, TIME_SCALE: '100' });

function start(dataDir: string): Promise<RunningServer> {
  const simulator = { members: scriptsOf(people) };
  return startServer(readConfig(envOf(dataDir)), { logger: pino({ level: 'silent' }), simulator });
}

async function callAndSeal({ url, app }: RunningServer, memberId: string): Promise<void> {
  await untilEnded(url, await initiate(url, memberId));
  await app.idle();
  assert.is((await fetch(`${url}/api/audit/checkpoint`, { method: 'POST' })).status, 200);
}

async function fine(args: readonly string[], dataDir: string): Promise<Ran> {
  const ran = await callistra(args, envOf(dataDir));
  assert.is(ran.code, 0, `${args.join(' ')}: ${ran.out} ${ran.err}`);
  return ran;
}

/** Beside a running server: an older copy, and one of everything with the keys. */
test.before(async (context) => {
  context.dir = await tempDir('backup');
  context.dataDir = await makeDataDir(membersOf(people));
  context.server = await start(context.dataDir);
  const { dir, dataDir, server } = context;
  context.older = dir.file('older');
  context.backup = dir.file('backup');
  await callAndSeal(server, 'M-1');
  await fine(['backup', context.older, '--url', server.url], dataDir);
  await fine(['backup', context.backup, '--url', server.url], dataDir);
  await callAndSeal(server, 'M-2');
  await fine(['backup', context.backup, '--with-keys', '--url', server.url], dataDir);
});
test.after(async ({ server, dir, dataDir }) => {
  await server.close();
  await dir.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

test('a backup has keys only where they were asked for', ({ older, backup }) => {
  const keys = (folder: string): string[] => filesIn(folder).filter((name) => /key/.test(name));
  assert.equal([keys(older), keys(backup)], [[], ['callback.key', 'checkpoint.key']]);
});

test('restored where nothing is, all of it is there, and every command after it ends with 0', async ({
  dir,
  backup,
}) => {
  const dataDir = dir.file('whole');
  const { out, err } = await fine(['restore', backup, '--with-keys'], dataDir);
  assert.match(out, 'members copied');
  assert.match(out, 'keys copied: callback.key, checkpoint.key');
  assert.is(err, '');
  for (const key of ['callback.key', 'checkpoint.key'])
    assert.equal(readFileSync(join(dataDir, key)), readFileSync(join(backup, key)));
  const members = await openMembers(inFiles(dataDir));
  assert.equal((await members.list({ limit: 9 })).length, people.length);
  await members.close();
  const rebuilt = await fine(['rebuild'], dataDir);
  assert.match(rebuilt.out, '2 calls and 3 answers rebuilt from the log\nthere were no rows before');
  assert.not.match(rebuilt.out, 'differed');
  assert.match((await fine(['audit', 'verify'], dataDir)).out, / 0 findings, /);
  // A second time there is nothing to do, and nothing is written over.
  const again = await fine(['restore', backup, '--json'], dataDir);
  assert.equal((again.json[0] as { entries: number; members: string }).entries, 0);
  assert.is((again.json[0] as { members: string }).members, 'kept');
});

test('a server that starts on what was restored goes on with its checkpoints', async ({ dir, backup }) => {
  const dataDir = dir.file('served');
  await fine(['restore', backup, '--with-keys'], dataDir);
  const server = await start(dataDir);
  await callAndSeal(server, 'M-1');
  const { codes } = (await (await fetch(`${server.url}/health/ready`)).json()) as { codes: string[] };
  assert.equal(codes, []);
  await server.close();
  await fine(['audit', 'verify'], dataDir);
});

test('without the keys it says what is missing, and who makes another otherwise', async ({ dir, backup, older }) => {
  const { err } = await fine(['restore', backup], dir.file('no-keys'));
  assert.match(err, '--with-keys puts back callback.key, checkpoint.key');
  assert.match(err, 'put checkpoint.key back before a server starts and makes another');
  assert.not.ok(existsSync(dir.file('no-keys/checkpoint.key')));
  writeFileSync(dir.file('no-keys/checkpoint.key'), 'another');
  assert.match((await fine(['restore', backup, '--with-keys'], dir.file('no-keys'))).err, 'left alone: checkpoint.key');
  assert.is(readFileSync(dir.file('no-keys/checkpoint.key'), 'utf8'), 'another');
  const { err: ofOlder } = await fine(['restore', older], dir.file('older-alone'));
  assert.not.match(ofOlder, '--with-keys');
});

/** A data directory whose log was lost, and whose checkpoints and members were not. */
function withoutLog(dataDir: string, to: string): void {
  cpSync(join(dataDir, 'checkpoints'), join(to, 'checkpoints'), { recursive: true });
  for (const name of ['checkpoint.key', 'members.db', 'members.db-wal'])
    if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(to, name));
}

test('checkpoints that know more than an older copy are left as they are, and it says what to do', async (context) => {
  const { dir, dataDir, older } = context;
  const to = dir.file('lost');
  withoutLog(dataDir, to);
  const before = filesIn(join(to, 'checkpoints')).map((name) => [name, readFileSync(join(to, 'checkpoints', name))]);
  const { code, out, err } = await callistra(['restore', older], envOf(to));
  assert.is(code, 1);
  assert.match(out, 'members are here already, and were left alone');
  assert.match(err, /know entries that this log lacks.*callistra audit reopen/);
  const after = filesIn(join(to, 'checkpoints')).map((name) => [name, readFileSync(join(to, 'checkpoints', name))]);
  assert.equal(after, before);
});

test('with a copy that is not older the same is fine', async ({ dir, dataDir, backup }) => {
  const to = dir.file('lost-too');
  withoutLog(dataDir, to);
  assert.is((await fine(['restore', backup], to)).err.includes('reopen'), false);
});

test('a log that went on by itself is told, and keeps what it has', async ({ dir, older }) => {
  const to = dir.file('begun');
  const server = await start(to);
  await fetch(`${server.url}/api/audit/checkpoint`, { method: 'POST' });
  await server.close();
  const { code, out, err } = await callistra(['restore', older], envOf(to));
  assert.is(code, 1);
  assert.match(out, 'not the same in both: checkpoints');
  assert.match(err, 'restore into an empty data directory');
});

test('a copy of the log alone, as earlier releases made it, is gone on with and restored', async ({
  dir,
  dataDir,
  server,
}) => {
  const file = dir.file('log.db');
  const [from, to] = [await openLog(inFiles(dataDir), 'read'), openLogFile(file, 'write')];
  await copyLog(from, to);
  await to.close();
  await from.close();
  assert.match((await fine(['backup', file, '--url', server.url], dataDir)).err, 'holds the log alone: name a folder');
  const { code, err } = await callistra(['restore', file], envOf(dir.file('from-file')));
  assert.is(code, 1);
  assert.match(err, /recorded checkpoints that are not here: put them back.*callistra audit reopen/);
});

test('a folder that holds something else is no place for a backup, and nothing is recorded', async ({
  dir,
  dataDir,
  server,
}) => {
  mkdirSync(dir.file('full'));
  writeFileSync(dir.file('full/notes'), '');
  for (const [place, words] of [
    [dir.file('full'), 'holds something else than a backup'],
    [dataDir, 'is the data directory itself'],
  ] as const) {
    const { code, err } = await callistra(['backup', place, '--url', server.url], envOf(dataDir));
    assert.is(code, 2);
    assert.match(err, words);
  }
  assert.equal(readdirSync(dir.file('full')), ['notes']);
});

test('nothing is restored beside a server, nor from where no backup is', async ({ dir, dataDir, backup }) => {
  const beside = await callistra(['restore', backup], envOf(dataDir));
  assert.equal([beside.code, beside.err.split(':')[0]], [2, 'LOG_IN_USE']);
  const nowhere = await callistra(['restore', dir.file('nowhere')], envOf(dir.file('untouched')));
  assert.is(nowhere.code, 2);
  assert.not.ok(existsSync(storeFiles(dir.file('untouched')).log));
});

test.run();
