import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startServer } from '../../src/composition/server.ts';
import { startWitness } from '../../src/composition/witness.ts';
import { readConfig } from '../../src/config/config.ts';
import { isOperationStream } from '../../src/domain/streams.ts';
import { readCheckpoint } from '../../src/tlog/checkpoint.ts';
import { leafHash } from '../../src/tlog/hash.ts';
import { COSIGNATURE, freshSeed, readVerifier, secretLine, signerOf } from '../../src/tlog/keys.ts';
import { isSignedByOne, readNote, signedBy } from '../../src/tlog/note.ts';
import { createTree } from '../../src/tlog/tree.ts';
import { callistra } from '../cli/terminal.ts';
import { allEntries } from '../support/entries.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { initiate, type Rig, startRig, untilEnded } from './rig.ts';

const PEOPLE = [{ behaviour: 'answers-all' as const }];

const test = suite<{ rig: Rig; env: Record<string, string> }>('checkpoints of a server');
test.before.each(async (context) => {
  context.rig = await startRig({ people: PEOPLE, env: { CHECKPOINT_ORIGIN: 'plan.example/callistra' } });
  context.env = { DATA_DIR: context.rig.dataDir };
});
test.after.each(({ rig }) => rig.close());

const make = async ({ url }: Rig): Promise<string> =>
  (await fetch(`${url}/api/audit/checkpoint`, { method: 'POST' })).text();

const healthOf = async ({ url }: Rig): Promise<{ codes: string[]; problems: string[] }> =>
  (await (await fetch(`${url}/health/ready`)).json()) as { codes: string[]; problems: string[] };

const verifiers = async (env: Record<string, string>) =>
  (await callistra(['audit', 'key'], env)).out.split('\n').map((line) => readVerifier(line)!);

/** The leaves of a tree as its tiles of entries give them. */
async function leavesOf({ url }: Rig, size: number): Promise<Buffer[]> {
  const tiles: Buffer[] = [];
  for (let index = 0; index * 256 < size; index += 1) {
    const width = Math.min(256, size - index * 256);
    const name = `${String(index).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
    const response = await fetch(`${url}/api/audit/log/tile/entries/${name}`);
    assert.is(response.status, 200);
    tiles.push(Buffer.from(await response.arrayBuffer()));
  }
  const all = Buffer.concat(tiles);
  const leaves: Buffer[] = [];
  for (let at = 0; at < all.length; at += 2 + all.readUInt16BE(at))
    leaves.push(all.subarray(at + 2, at + 2 + all.readUInt16BE(at)));
  return leaves;
}

test('a call ends under a checkpoint that anybody can check with one line and the tiles', async ({ rig, env }) => {
  const call = await initiate(rig.url, 'M-1');
  await untilEnded(rig.url, call);
  await rig.server.app.idle();
  const text = await make(rig);
  const [verifier] = await verifiers(env);
  const note = readNote(text)!;
  assert.ok(isSignedByOne(note, [verifier!]));
  const { origin, size, root } = readCheckpoint(note.text)!;
  assert.is(origin, 'plan.example/callistra');
  const leaves = await leavesOf(rig, size);
  const tree = createTree(async () => Buffer.alloc(0));
  for (const leaf of leaves) tree.append(leafHash(leaf));
  assert.equal([tree.size(), tree.root().toString('hex')], [size, root.toString('hex')]);
  const entries = await rig.server.stores.log.read(call);
  const head = entries.at(-1)!;
  assert.ok(
    leaves.some(
      (leaf) => leaf.toString().includes(`\n${call}\n${head.version}\n`) && leaf.toString().includes(head.hash),
    ),
    'its head is a leaf',
  );
  assert.not.match(leaves.join(''), 'M-1');
  assert.is(await (await fetch(`${rig.url}/api/audit/log/checkpoint`)).text(), text);
});

test('each start stands in the log, with the line of its key and without its secrets', async ({ rig, env }) => {
  const starts = async () => (await allEntries(rig.server.stores.log)).filter(({ type }) => type === 'StartServer');
  await until('the entry', async () => (await starts()).length > 0);
  const [start] = await starts();
  const body = JSON.parse(start!.data);
  const [verifier] = await verifiers(env);
  assert.equal([isOperationStream(start!.stream), body.verifierKey], [true, verifier!.line]);
  assert.equal([body.settings.telephony, body.settings.log, body.settings.staff], ['simulator', 'file', 'loopback']);
});

test('key and tree are this user’s alone, and a restarted server goes on with both', async ({ rig, env }) => {
  await make(rig);
  const before = await verifiers(env);
  const modes = ['checkpoint.key', 'checkpoints', 'checkpoints/batch/1'].map(async (name) =>
    ((await stat(join(rig.dataDir, name))).mode & 0o777).toString(8),
  );
  assert.equal(await Promise.all(modes), ['600', '700', '600']);
  await rig.server.close();
  const again = await startServer(readConfig({ PORT: '0', SIMULATOR: 'true', ...env, LOG_LEVEL: 'silent' }));
  const text = await (await fetch(`${again.url}/api/audit/checkpoint`, { method: 'POST' })).text();
  assert.equal(
    (await verifiers(env)).map(({ line }) => line),
    before.map(({ line }) => line),
  );
  assert.ok(isSignedByOne(readNote(text)!, before));
  await again.close();
});

test('what was recorded last is under a checkpoint when the server has closed', async ({ rig }) => {
  const call = await initiate(rig.url, 'M-1');
  await untilEnded(rig.url, call);
  await rig.server.close();
  const folder = join(rig.dataDir, 'checkpoints');
  const batches = await Promise.all(
    (await readdir(join(folder, 'batch'))).map((name) => readFile(join(folder, 'batch', name), 'utf8')),
  );
  assert.match(batches.join(''), `\n${call}\n`);
  const sizes = (await readdir(join(folder, 'checkpoint'))).map((name) => Number(name.split('.')[0]));
  const leaves = batches.join('').match(/^callistra\/head\/1$/gm)?.length ?? 0;
  assert.is(Math.max(...sizes), leaves);
});

test('a folder that cannot be used is a problem in words, keeps no call from ending, and mends itself', async () => {
  const dir = await tempDir('tree');
  const tree = dir.file('tree');
  await symlink(dir.file('good'), tree);
  await mkdir(dir.file('good'));
  const rig = await startRig({ people: PEOPLE, env: { CHECKPOINT_DIR: tree } });
  await make(rig);
  // At one moment: a folder that is empty in between would be a fork.
  await writeFile(dir.file('bad'), 'a file in its place');
  await symlink(dir.file('bad'), dir.file('next'));
  await rename(dir.file('next'), tree);
  const answer = await fetch(`${rig.url}/api/audit/checkpoint`, { method: 'POST' });
  assert.equal([answer.status, ((await answer.json()) as { code: string }).code], [503, 'CHECKPOINT_UNAVAILABLE']);
  const { codes, problems } = await healthOf(rig);
  assert.equal(codes, ['CHECKPOINT_TROUBLE']);
  assert.match(problems[0]!, 'no folder');
  assert.is((await untilEnded(rig.url, await initiate(rig.url, 'M-1'))).disposition, 'completed');
  await symlink(dir.file('good'), dir.file('next'));
  await rename(dir.file('next'), tree);
  await make(rig);
  assert.equal((await healthOf(rig)).codes, []);
  await rig.close();
  await dir.remove();
});

test('a tree that was put back from yesterday is a fork, until somebody opens the next one with a reason', async ({
  rig,
  env,
}) => {
  const folder = join(rig.dataDir, 'checkpoints');
  await make(rig);
  await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
  await make(rig);
  await rm(folder, { recursive: true });
  const answer = await fetch(`${rig.url}/api/audit/checkpoint`, { method: 'POST' });
  assert.equal([answer.status, ((await answer.json()) as { code: string }).code], [409, 'CHECKPOINT_FORK']);
  assert.equal((await healthOf(rig)).codes, ['CHECKPOINT_FORK']);
  const { code, out, err } = await callistra(
    ['audit', 'reopen', '--url', rig.url, '--reason', 'the folder was lost'],
    env,
  );
  assert.is(code, 0, err);
  const verifier = readVerifier(out)!;
  assert.is.not(verifier.name, 'plan.example/callistra');
  const note = readNote(await make(rig))!;
  assert.ok(isSignedByOne(note, [verifier]));
  assert.equal((await healthOf(rig)).codes, []);
  const log = await rig.server.stores.log.read('checkpoints');
  const reopened = log.find(({ type }) => type === 'ReopenTree');
  assert.equal([reopened?.actor, JSON.parse(reopened!.data).reason], ['compliance:local', 'the folder was lost']);
});

test('a key that was rotated signs the next checkpoints, and is told of by the one before', async ({ rig, env }) => {
  await make(rig);
  const [first] = await verifiers(env);
  const { code, out } = await callistra(['audit', 'key', 'rotate'], env);
  assert.is(code, 0);
  const next = readVerifier(out)!;
  assert.equal(
    (await verifiers(env)).map(({ line }) => line),
    [first!.line, next.line],
  );
  await make(rig);
  await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
  const note = readNote(await make(rig))!;
  assert.equal([signedBy(note, first!), typeof signedBy(note, next)], ['unsigned', 'object']);
});

test('a checkpoint is kept in a new file, and never in one that is there', async ({ rig, env }) => {
  const dir = await tempDir('kept');
  const keep = () => callistra(['audit', 'checkpoint', '--url', rig.url, '--out', dir.file('kept')], env);
  const { code, out } = await keep();
  assert.is(code, 0);
  assert.match(out, 'plan.example/callistra');
  assert.ok(isSignedByOne(readNote(await readFile(dir.file('kept'), 'utf8'))!, await verifiers(env)));
  assert.is((await keep()).code, 2);
  await dir.remove();
});

test('a folder that holds the tree of another log is a fork, and is left as it is', async ({ rig }) => {
  await make(rig);
  const folder = join(rig.dataDir, 'checkpoints');
  const before = await readdir(join(folder, 'batch'));
  const other = await startRig({ people: PEOPLE, env: { CHECKPOINT_DIR: folder } });
  const answer = await fetch(`${other.url}/api/audit/checkpoint`, { method: 'POST' });
  assert.is(((await answer.json()) as { code: string }).code, 'CHECKPOINT_FORK');
  assert.match((await healthOf(other)).problems.join(), 'another log');
  assert.is((await untilEnded(other.url, await initiate(other.url, 'M-1'))).disposition, 'completed');
  await other.close();
  assert.equal(await readdir(join(folder, 'batch')), before);
});

test('witnesses sign what is made, one that is away delays nothing, and a key that two logs share is found out', async () => {
  const dir = await tempDir('witnessed');
  // The witness must know the line of a log that has not begun.
  const signer = signerOf('plan.example/callistra', freshSeed());
  await writeFile(dir.file('logs'), signer.line);
  const logs = dir.file('logs');
  const witness = await startWitness({
    dir: dir.file('w'),
    logs,
    host: '127.0.0.1',
    port: 0,
    name: 'w.example/w',
    troubled: () => {},
  });
  const away = signerOf('away.example/w', freshSeed(), COSIGNATURE).line;
  const rig = await startRig({
    people: PEOPLE,
    env: {
      CHECKPOINT_KEY: secretLine(signer),
      CHECKPOINT_WITNESSES: `${witness.url} ${witness.verifierLine}, http://127.0.0.1:9 ${away}`,
    },
  });
  await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
  await make(rig);
  const verifier = readVerifier(witness.verifierLine)!;
  await until('the signature', async () => typeof signedBy(readNote(await make(rig))!, verifier) === 'object');
  const body = await (await fetch(`${rig.url}/metrics`)).text();
  assert.match(body, /^callistra_witness_cosigned_size\{witness="w\.example\/w"\} [1-9]/m);
  assert.match(body, /^callistra_checkpoint_tree_size [1-9]/m);
  // The witness has seen this key sign another history.
  const shared = { CHECKPOINT_KEY: secretLine(signer), CHECKPOINT_WITNESSES: `${witness.url} ${witness.verifierLine}` };
  const second = await startRig({ env: shared });
  await until('the fork', async () => (await healthOf(second)).codes.includes('CHECKPOINT_FORK'));
  await second.close();
  await rig.close();
  await witness.close();
  await dir.remove();
});

test.run();
