import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFiles, openLog, openLogFile, storeFiles } from '../../../src/composition/stores.ts';
import { isAccessStream } from '../../../src/domain/streams.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { allEntries } from '../../support/entries.ts';
import { freePort } from '../../support/free-port.ts';
import { callistra } from '../terminal.ts';

type Look = { actor: string; kind: string; action: string; members: string[]; calls: string[]; reason: string | null };

const test = suite<{ rig: Rig; call: string }>('commands that show members’ data');

test.before(async (context) => {
  context.rig = await startRig({ people: [{ behaviour: 'answers-all' }, { behaviour: 'busy' }] });
  const [first] = await callAll(context.rig.url, context.rig.members);
  context.call = first!.callSessionId;
});
test.after(({ rig }) => rig.close());

/** Nobody listens there. */
const PORT = String(await freePort());
const envOf = ({ dataDir }: Rig) => ({ DATA_DIR: dataDir, PORT });

async function looks({ rig }: { rig: Rig }, ...args: string[]): Promise<Look[]> {
  const { json, err } = await callistra(['audit', 'access', '--json', '--url', rig.url, ...args], envOf(rig));
  assert.is(err, '');
  return json[0] as Look[];
}

test('who looked at a member is told, with who asked through which door', async (context) => {
  const found = await looks(context, '--member', 'M-1');
  assert.ok(found.some(({ action, calls }) => action === 'status' && calls.includes(context.call)));
  assert.ok(found.every(({ actor, kind }) => actor.endsWith(':local') && kind === 'loopback'));
  const { out } = await callistra(['audit', 'access', '--call', context.call, '--url', context.rig.url]);
  assert.match(out, /^time +who +what +purpose +calls +members$/m);
  assert.match(out, /coordinator:local \(somebody at the server’s machine\) +status +HOPERAT/);
});

test('asking who looked is a look', async (context) => {
  await looks(context, '--member', 'M-2');
  const [newest] = await looks(context, '--actor', 'local', '--limit', '1');
  assert.equal([newest?.action, newest?.members.includes('M-2')], ['access', true]);
  assert.equal(await looks(context, '--actor', 'nobody'), []);
});

test('the list of members goes through the server, which records it', async (context) => {
  const { rig } = context;
  const { code, json } = await callistra(['members', 'list', '--json', '--url', rig.url]);
  assert.is(code, 0);
  assert.equal(json[0], [
    { memberId: 'M-1', phoneNumber: '+*******3000', timeZone: '' },
    { memberId: 'M-2', phoneNumber: '+*******3001', timeZone: '' },
  ]);
  assert.ok((await looks(context)).some(({ action, members }) => action === 'members-list' && members.length === 2));
});

test('a number is told for a reason, which stands in the log', async (context) => {
  const number = (...args: string[]) => callistra(['members', 'number', 'M-1', '--url', context.rig.url, ...args]);
  const without = await number();
  assert.is(without.code, 2);
  assert.match(without.err, '--reason');
  const { code, out } = await number('--reason', 'Rückruf des Mitglieds');
  assert.equal([code, out], [0, context.rig.members[0]!.phoneNumber]);
  const [newest] = (await looks(context)).filter(({ action }) => action === 'number-revealed');
  assert.is(newest?.reason, 'Rückruf des Mitglieds');
  assert.is((await callistra(['members', 'number', 'M-9', '--reason', 'x', '--url', context.rig.url])).code, 1);
});

test('breaking the glass needs a reason on the command line, too', async ({ rig }) => {
  const { code, err } = await callistra(['members', 'list', '--url', rig.url, '--purpose', 'BTG']);
  assert.is(code, 2);
  assert.match(err, '--purpose BTG needs --reason');
  assert.is((await callistra(['members', 'list', '--url', rig.url, '--purpose', 'CURIOSITY'])).code, 2);
});

test('a backup beside a running server has its entry in the copy', async (context) => {
  const { rig } = context;
  const dir = `${rig.dataDir}/backup`;
  const { code, err } = await callistra(['backup', dir, '--url', rig.url], envOf(rig));
  assert.is(code, 0, err);
  const copy = openLogFile(storeFiles(dir).log, 'read');
  const entries = (await allEntries(copy)).filter(({ stream }) => isAccessStream(stream));
  await copy.close();
  assert.ok(entries.some(({ data }) => JSON.parse(data).action === 'backup'));
});

test('beside a server that was not named nothing is shown: the log has one owner', async ({ rig }) => {
  for (const args of [
    ['members', 'list'],
    ['backup', `${rig.dataDir}/other`],
    ['audit', 'access'],
  ]) {
    const { code, out, err } = await callistra(args, envOf(rig));
    assert.equal([code, out], [2, ''], args.join(' '));
    assert.match(err, /^LOG_IN_USE: .*--url/);
  }
});

test('a server that was named and is not there is not gone around', async ({ rig }) => {
  const { code, out, err } = await callistra(['members', 'list', '--url', `http://127.0.0.1:${PORT}`], envOf(rig));
  assert.equal([code, out], [2, '']);
  assert.match(err, 'could not be reached');
});

test('without a server they record as the user of the machine, and tell who looked', async (context) => {
  const { rig } = context;
  await rig.server.close();
  const names = `${rig.dataDir}/names.json`;
  await writeFile(names, JSON.stringify({ local: 'Whoever sat there' }));
  const env = { ...envOf(rig), STAFF_NAMES_FILE: names };
  assert.match((await callistra(['members', 'list', '--purpose', 'HLEGAL'], env)).out, '+*******3000');
  assert.is((await callistra(['members', 'number', 'M-2', '--reason', 'a test'], env)).out, '+15550103001');
  assert.is((await callistra(['backup', `${rig.dataDir}/later`], env)).code, 0);
  const { json } = await callistra(['audit', 'access', '--json'], env);
  const found = json[0] as (Look & { purpose: string; name: string | null })[];
  const direct = found.filter(({ kind }) => kind === 'os-user');
  assert.equal(
    direct.map(({ action, purpose }) => [action, purpose]),
    [
      ['backup', 'HOPERAT'],
      ['number-revealed', 'HOPERAT'],
      ['members-list', 'HLEGAL'],
    ],
  );
  assert.ok(direct.every(({ actor }) => /^operator:[\w.-]+$/.test(actor)));
  assert.ok(found.some(({ name }) => name === 'Whoever sat there'));
  const log = await openLog(inFiles(rig.dataDir), 'read');
  const last = (await allEntries(log))
    .filter(({ stream }) => isAccessStream(stream))
    .map(({ data }) => JSON.parse(data));
  await log.close();
  assert.ok(last.some(({ action, by }) => action === 'access' && by === 'os-user'));
});

test('a rebuild finds the rows of who looked as the log makes them', async ({ rig }) => {
  const { code, out } = await callistra(['rebuild'], envOf(rig));
  assert.is(code, 0, out);
  assert.match(out, /^\d\d+ looks at members' data rebuilt from the log$/m);
});

test.run();
