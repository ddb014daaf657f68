import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COLUMNS, widthOf } from '../../../src/cli/wrap.ts';
import { isOperationStream } from '../../../src/domain/streams.ts';
import { type Rig, startRig } from '../../e2e/rig.ts';
import { allEntries } from '../../support/entries.ts';
import { freePort } from '../../support/free-port.ts';
import { callistra } from '../terminal.ts';

const DAY_MS = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

let rig: Rig;
test.before.each(async () => {
  rig = await startRig({ people: [{ behaviour: 'answers-all' }] });
});
test.after.each(() => rig.close());

const audit = (...args: string[]) => callistra(['audit', ...args, '--url', rig.url]);
const BY_HAND = [
  ...['--recipient', 'FBI', '--address', '1 Main Street', '--what', 'that the plan calls M-1'],
  ...['--purpose', 'a warrant', '--on', day(-2), '--reason', 'their letter of Monday'],
];

test('what was disclosed is recorded, told, and kept out while an agency asks for that', async () => {
  const nothing = await audit('disclosures', 'M-1');
  assert.equal([nothing.code, nothing.err], [0, '']);
  assert.match(nothing.out, 'None that are to be accounted for.');
  const recorded = await audit('disclose', 'M-1', ...BY_HAND);
  assert.equal([recorded.code, recorded.err], [0, '']);
  const told = await audit('disclosures', 'M-1');
  const words = told.out.replaceAll(/\s+/g, ' ');
  assert.match(words, `${day(-2)} to FBI, 1 Main Street what: that the plan calls M-1 purpose: a warrant`);
  assert.not.match(told.out, 'letter of Monday');
  for (const line of told.out.split('\n')) assert.ok(widthOf(line) <= COLUMNS, line);

  const statement = ['--agency', 'fbi', '--reason', 'an agent said so', '--oral'];
  const long = await audit('suspend-accounting', 'M-1', ...statement, '--until', day(31));
  assert.equal([long.code, long.err.split(':')[0]], [1, 'BAD_REQUEST']);
  assert.is((await audit('suspend-accounting', 'M-1', ...statement, '--until', day(30))).code, 0);
  const after = await audit('disclosures', 'M-1');
  assert.is(after.code, 0);
  assert.not.match(after.out, /fbi|suspend|left out/i);
  assert.match(after.err, `not for the member: 1 disclosure to fbi left out until ${day(30)}`);
  const { json } = await audit('disclosures', 'M-1', '--json');
  assert.equal((json[0] as { suspended: unknown }).suspended, [{ agency: 'fbi', until: day(30), disclosures: 1 }]);
});

test('whoever asks has looked at the member, each time, and what is recorded stands in the history', async () => {
  await audit('disclosures', 'M-1', '--purpose', 'PATRQT', '--reason', 'asked by letter');
  await audit('disclosures', 'M-1', '--purpose', 'PATRQT', '--reason', 'asked by letter');
  await audit('disclose', 'M-1', ...BY_HAND);
  const { json } = await callistra(['audit', 'access', '--member', 'M-1', '--json', '--url', rig.url]);
  const [looks] = json as { action: string; purpose: string }[][];
  assert.equal(
    looks!.map(({ action, purpose }) => `${action} ${purpose}`),
    ['disclosures PATRQT', 'disclosures PATRQT'],
  );
  const told = (await audit('history', 'M-1')).out.replaceAll(/\s+/g, ' ');
  assert.match(told, `recorded a disclosure of ${day(-2)} to FBI: "that the plan calls M-1"`);
});

test('what the server refuses is told in words, and what is no command is refused here', async () => {
  for (const [args, code, words] of [
    [['disclosures', 'M-9'], 1, 'MEMBER_NOT_FOUND'],
    [['disclosures', 'M-1', '--from', '2026-02-01', '--to', '2026-01-01'], 1, 'from must be before to'],
    [['disclosures', 'M-1', '--from', 'soon'], 2, 'It must be a time'],
    [['disclose', 'M-9', ...BY_HAND], 1, 'MEMBER_NOT_FOUND'],
    [['disclose', 'M-1', ...BY_HAND, '--on', day(3)], 1, 'on lies ahead'],
    [['disclose', 'M-1', ...BY_HAND.slice(0, -2)], 2, '--reason'],
    [['suspend-accounting', 'M-1', '--agency', 'x', '--until', day(3)], 2, '--reason'],
  ] as const) {
    const { code: ended, out, err } = await audit(...args);
    assert.equal([ended, out], [code, ''], args.join(' '));
    assert.match(err, words);
  }
});

test('where no server runs it is done with the stores here, by the user of the machine', async () => {
  await rig.server.close();
  const port = String(await freePort());
  const here = (...args: string[]) => callistra(['audit', ...args], { DATA_DIR: rig.dataDir, PORT: port });
  assert.is((await here('disclose', 'M-1', ...BY_HAND)).code, 0);
  assert.match((await here('disclosures', 'M-1')).out, 'to FBI, 1 Main Street');
  const until = ['--until', day(90), '--reason', 'by letter'];
  assert.is((await here('suspend-accounting', 'M-1', '--agency', 'FBI', ...until)).code, 0);
  assert.match((await here('disclosures', 'M-1')).err, 'not for the member: 1 disclosure to FBI');
  const unknown = await here('disclosures', 'M-9');
  assert.equal([unknown.code, unknown.err.split(':')[0]], [1, 'MEMBER_NOT_FOUND']);
  const refused = await here('disclose', 'M-1', ...BY_HAND, '--on', day(9));
  assert.equal([refused.code, refused.err], [1, 'BAD_REQUEST: on lies ahead']);

  const { openLog, inFiles } = await import('../../../src/composition/stores.ts');
  const log = await openLog(inFiles(rig.dataDir), 'read');
  const entries = await allEntries(log);
  await log.close();
  const own = entries.filter(({ type }) => type === 'RecordDisclosure' || type === 'SuspendAccounting');
  assert.equal(
    own.map(({ stream, actor }) => [isOperationStream(stream), actor.split(':')[0]]),
    [
      [true, 'operator'],
      [true, 'operator'],
    ],
  );
  const looks = entries.filter(({ type }) => type === 'Look').map(({ data }) => JSON.parse(data).action);
  assert.equal(looks, ['disclosures', 'disclosures']);
});

test.run();
