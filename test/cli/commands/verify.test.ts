import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLogFile, storeFiles } from '../../../src/composition/stores.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { isOperationStream } from '../../../src/domain/streams.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { COSIGNATURE, signerOf } from '../../../src/tlog/keys.ts';
import { sqliteForger } from '../../audit/verify/forger.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { collect } from '../../support/collect.ts';
import { callistra } from '../terminal.ts';

type Context = { rig: Rig; call: string; file: (name: string) => string; key: string };
const test = suite<Context>('audit verify');

test.before.each(async (context) => {
  context.rig = await startRig({ people: [{ behaviour: 'answers-all' }] });
  const [first] = await callAll(context.rig.url, context.rig.members);
  context.call = first!.callSessionId;
  context.file = (name) => join(context.rig.dataDir, name);
  context.key = (await callistra(['audit', 'key'], { DATA_DIR: context.rig.dataDir })).out.trim();
});
test.after.each(({ rig }) => rig.close());

const verify = ({ rig }: Context, ...args: string[]) =>
  callistra(['audit', 'verify', ...args], { DATA_DIR: rig.dataDir });

/** The answer to the first question is changed, and all hashes are computed again. */
async function forge({ rig, call }: Context): Promise<void> {
  const path = storeFiles(rig.dataDir).log;
  const log = openLogFile(path, 'read');
  const entries = await log.read(call);
  await log.close();
  const forged = entries.map((entry) => ({ ...entry, data: entry.data.replace('"one"', '"two"') }));
  assert.not.equal(forged, entries);
  await sqliteForger(path).put(call, chain(EMPTY_HEAD, call, forged));
}

test('a server verifies its log when asked, while it runs, and records what it found', async (context) => {
  const { rig } = context;
  const { code, out } = await verify(context, '--url', rig.url);
  assert.is(code, 0, out);
  assert.match(out, /^\d+ entries in \d+ streams, 0 findings/);
  const log = openLogFile(storeFiles(rig.dataDir).log, 'read');
  const streams = (await collect(log.registered())).filter(isOperationStream);
  const types = (await Promise.all(streams.map((stream) => log.read(stream)))).flat().map(({ type }) => type);
  await log.close();
  assert.ok(types.includes('EndVerification'), types.join());
});

test('with a key and a checkpoint from elsewhere a clean result says that it rests on them', async (context) => {
  const kept = context.file('kept');
  assert.is((await callistra(['audit', 'checkpoint', '--out', kept, '--url', context.rig.url], {})).code, 0);
  await context.rig.server.close();
  const { code, out } = await verify(context, '--key', context.key, '--known', kept);
  assert.is(code, 0, out);
  assert.match(out, 'the key that you gave; 1 checkpoints that were kept agree');
});

test('an answer that was rewritten and hashed again is found and said in words, by whoever has nothing but the server', async (context) => {
  await context.rig.server.close();
  await forge(context);
  const { code, out } = await verify(context);
  assert.is(code, 1);
  assert.match(out, `rewritten: ${context.call}, entry`);
  assert.match(out, 'all hashes were computed again');
});

test('another key than the log’s, a policy that is not reached and a checkpoint of another log are findings', async (context) => {
  await context.rig.server.close();
  const other = signerOf('other.example/log', Buffer.alloc(32, 9)).line;
  assert.match((await verify(context, '--key', other)).out, /^key: /m);
  const policy = context.file('policy');
  const witness = signerOf('anna', Buffer.alloc(32, 8), COSIGNATURE).line;
  await writeFile(policy, `log ${context.key}\nwitness anna ${witness}\nquorum anna\n`);
  assert.match((await verify(context, '--policy', policy)).out, /signed by 0 of 1 witnesses/);
  const foreign = context.file('foreign');
  await writeFile(foreign, 'other.example/log\n1\nAAAA\n\n\u2014 other.example/log AAAAAAAA\n');
  assert.match((await verify(context, '--known', foreign)).out, /^known-checkpoint: /m);
});

test('a key or policy that cannot be read ends with 2 and says which', async (context) => {
  await context.rig.server.close();
  const nonsense = context.file('nonsense');
  await writeFile(nonsense, 'nonsense');
  const { code, err } = await verify(context, '--key', nonsense);
  assert.is(code, 2);
  assert.match(err, 'holds no verifier key');
  assert.is((await verify(context, '--policy', nonsense)).code, 2);
  assert.is((await verify(context, '--known', context.file('nowhere'))).code, 2);
  assert.ok((await readFile(nonsense)).length > 0);
});

test.run();
