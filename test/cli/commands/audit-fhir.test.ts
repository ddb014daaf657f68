import { access, readFile, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fhir } from '../../../src/cli/commands/audit-fhir.ts';
import { readConfig } from '../../../src/config/config.ts';
import { flawsOf, type Json } from '../../audit/fhir/must-haves.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { callistra } from '../terminal.ts';

const test = suite<{ rig: Rig }>('audit events in a file');
test.before.each(async (context) => {
  context.rig = await startRig({ people: [{ behaviour: 'answers-all' }] });
  await callAll(context.rig.url, context.rig.members);
});
test.after.each(({ rig }) => rig.close());

const TO = '2100-01-01';
const eventsIn = async (file: string): Promise<Json[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

test('a server gives them, one a line, each by its pattern; asking was a look', async ({ rig }) => {
  const file = `${rig.dataDir}/events.ndjson`;
  const ask = ['audit', 'fhir', '--from', '2020-01-01', '--to', TO, '--url', rig.url, '--output'];
  const { code, out, err } = await callistra([...ask, file]);
  assert.equal([code, err], [0, '']);
  const events = await eventsIn(file);
  assert.match(out, `${file}: ${events.length} audit events`);
  assert.ok(events.length > 0);
  assert.equal(
    events.flatMap((event) => flawsOf(event)),
    [],
  );
  assert.not.match(await readFile(file, 'utf8'), rig.members[0]!.phoneNumber.slice(-7));
  const again = await callistra([...ask, `${file}.2`, '--member', 'M-1']);
  assert.is(again.code, 0);
  assert.match(await readFile(`${file}.2`, 'utf8'), '{"system":"urn:callistra:action","code":"access"}');
});

test('where no server runs they come from the stores here, in the same bytes, and that is a look', async ({ rig }) => {
  const [served, here] = [`${rig.dataDir}/served.ndjson`, `${rig.dataDir}/here.ndjson`];
  const to = new Date().toISOString();
  const ask = ['audit', 'fhir', '--from', '2020-01-01', '--to', to, '--member', 'M-1', '--output'];
  assert.is((await callistra([...ask, served, '--url', rig.url])).code, 0);
  await rig.server.close();
  const env = { DATA_DIR: rig.dataDir, PORT: new URL(rig.url).port };
  const { code, err } = await callistra([...ask, here], env);
  assert.equal([code, err], [0, '']);
  assert.is(await readFile(here, 'utf8'), await readFile(served, 'utf8'));
  assert.ok((await eventsIn(here)).length > 0);
  const { json } = await callistra(['audit', 'access', '--json', '--member', 'M-1'], env);
  const [newest] = json[0] as { action: string; kind: string; members: string[] }[];
  assert.equal([newest?.action, newest?.kind, newest?.members], ['access', 'os-user', ['M-1']]);
});

test('a file that is there is left as it is, and nobody is asked', async ({ rig }) => {
  const file = `${rig.dataDir}/mine`;
  await writeFile(file, 'mine');
  const ask = ['audit', 'fhir', '--from', '2020-01-01', '--to', TO, '--output', file];
  const { code, err } = await callistra([...ask, '--url', 'http://127.0.0.1:1']);
  assert.is(code, 2);
  assert.match(err, 'EEXIST');
  assert.is(await readFile(file, 'utf8'), 'mine');
});

test('what a server refuses, or breaks off, leaves no file', async ({ rig }) => {
  const file = `${rig.dataDir}/none`;
  const reversed = ['audit', 'fhir', '--from', TO, '--to', '2020-01-01', '--output', file, '--url', rig.url];
  const { code, err } = await callistra(reversed);
  assert.equal([code, await isThere(file)], [1, false]);
  assert.match(err, 'from must be before to');

  let pages = 0;
  const breaking = {
    async auditEvents() {
      pages += 1;
      if (pages > 1) throw new Error('gone');
      return { events: [{ id: 'one' }], nextCursor: 'more' };
    },
  };
  const silent = { line: () => {}, note: () => {}, json: () => {}, progress: () => {} };
  const asked = { url: rig.url, isNamed: true, settings: readConfig({ DATA_DIR: rig.dataDir }), whatFor: {}, file };
  assert.is(await fhir(breaking, { ...asked, query: { from: '2020-01-01', to: TO } }, silent), 2);
  assert.equal([pages, await isThere(file)], [2, false]);
});

test('both ends of the period, and a file, are asked for', async () => {
  for (const without of ['--from', '--to', '--output']) {
    const all = ['--from', '2020-01-01', '--to', TO, '--output', '/nowhere/at/all'];
    const at = all.indexOf(without);
    const { code, err } = await callistra(['audit', 'fhir', ...all.slice(0, at), ...all.slice(at + 2)]);
    assert.is(code, 2);
    assert.match(err, without);
  }
});

test.run();
