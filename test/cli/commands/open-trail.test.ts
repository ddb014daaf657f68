import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFiles, openLog } from '../../../src/composition/stores.ts';
import { isAccessStream, isOperationStream } from '../../../src/domain/streams.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { allEntries } from '../../support/entries.ts';
import { freePort } from '../../support/free-port.ts';
import { callistra } from '../terminal.ts';

const test = suite<{ rig: Rig; call: string }>('the trail of the stores here');

test.before(async (context) => {
  context.rig = await startRig({ people: [{ behaviour: 'answers-all' }, { behaviour: 'busy' }] });
  const [first] = await callAll(context.rig.url, context.rig.members);
  context.call = first!.callSessionId;
});
test.after(({ rig }) => rig.close());

/** Nobody listens there. */
const PORT = String(await freePort());
const audit = ({ rig }: { rig: Rig }, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  callistra(['audit', ...args], { DATA_DIR: rig.dataDir, PORT, ...more });

const commandsOf = (call: string): readonly (readonly string[])[] => [
  ['replay', call],
  ['history', 'M-1'],
  ['search', '--member', 'M-1'],
  ['request', 'hold', 'M-1', '--reason', 'a complaint'],
];

async function lookedHere({ rig }: { rig: Rig }) {
  const log = await openLog(inFiles(rig.dataDir), 'read');
  const entries = await allEntries(log);
  await log.close();
  const looks = entries
    .filter(({ stream, type }) => isAccessStream(stream) && type === 'Look')
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  return {
    looks: looks
      .map(({ data, actor }) => ({ actor, ...JSON.parse(data) }))
      .filter(({ by }) => by === 'os-user')
      .map(({ actor, action, members, purpose, reason }) => ({ actor, action, members, purpose, reason })),
    requests: entries.filter(({ stream, type }) => isOperationStream(stream) && type === 'RequestForMember'),
  };
}

test('beside a server that was not named nothing is told: the log has one owner', async (context) => {
  for (const args of commandsOf(context.call)) {
    const { code, out, err } = await audit(context, args);
    assert.equal([code, out], [2, ''], args.join(' '));
    assert.match(err, /^LOG_IN_USE: .*--url/);
  }
});

test('a server that was named and is not there is not gone around', async (context) => {
  await context.rig.server.close();
  for (const args of commandsOf(context.call)) {
    const { code, out, err } = await audit(context, [...args, '--url', `http://127.0.0.1:${PORT}`]);
    assert.equal([code, out], [2, ''], args.join(' '));
    assert.match(err, 'could not be reached');
  }
  assert.equal(await lookedHere(context), { looks: [], requests: [] });
});

test('where no server runs it is told from the stores here, and the user of the machine has looked', async (context) => {
  const [replay = [], history = [], search = [], request = []] = commandsOf(context.call);
  const replayed = await audit(context, replay);
  assert.is(replayed.code, 0, replayed.err);
  assert.match(replayed.out, 'Disconnected, completed');
  const raw = await audit(context, [...replay, '--raw', '--purpose', 'HLEGAL', '--reason', 'Rückfrage', '--json']);
  assert.match(JSON.stringify(raw.json), '+15550103000');
  assert.match((await audit(context, search)).out, '1 found');
  assert.match((await audit(context, request)).out, /^recorded as .*nothing is deleted/);
  const told = (await audit(context, history)).out.replaceAll(/\s+/g, ' ');
  for (const words of ['a complaint', 'replayed a call (HOPERAT)', 'saw the entries of a call to the byte (HLEGAL)'])
    assert.match(told, words);

  const { looks, requests } = await lookedHere(context);
  assert.ok(looks.every(({ actor }) => /^operator:[\w.-]+$/.test(actor)));
  assert.equal(
    looks.map(({ action, purpose, reason, members }) => [action, purpose, reason ?? null, members.join()]),
    [
      ['replay', 'HOPERAT', null, 'M-1'],
      ['raw', 'HLEGAL', 'Rückfrage', 'M-1'],
      ['search', 'HOPERAT', null, 'M-1'],
      ['history', 'HOPERAT', null, 'M-1'],
    ],
  );
  assert.equal(
    requests.map(({ actor }) => actor),
    [looks[0]!.actor],
  );
});

test('breaking the glass needs a reason, and people are called by their names', async (context) => {
  assert.is((await audit(context, ['history', 'M-1', '--purpose', 'BTG'])).code, 2);
  const names = `${context.rig.dataDir}/names.json`;
  await writeFile(names, JSON.stringify({ local: 'Whoever sat there' }));
  assert.match((await audit(context, ['history', 'M-1'], { STAFF_NAMES_FILE: names })).out, 'Whoever sat there');
});

test('what is not there is told as a server tells it', async (context) => {
  const { code, err } = await audit(context, ['replay', 'nobody']);
  assert.equal([code, err.split(':')[0]], [1, 'CALL_NOT_FOUND']);
});

test.run();
