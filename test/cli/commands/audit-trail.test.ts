import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COLUMNS, widthOf } from '../../../src/cli/wrap.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { callistra } from '../terminal.ts';

let rig: Rig;
let answered: string;
let busy: string;

test.before(async () => {
  rig = await startRig({ people: [{ behaviour: 'answers-all' }, { behaviour: 'busy' }] });
  const calls = await callAll(rig.url, rig.members);
  [answered = '', busy = ''] = calls.map(({ callSessionId }) => callSessionId);
});
test.after(() => rig.close());

const audit = (...args: string[]) => callistra(['audit', ...args, '--url', rig.url]);

function assertFits(out: string): void {
  for (const line of out.split('\n')) assert.ok(widthOf(line) <= COLUMNS, line);
}

test('a call is told on a terminal from who asked for it to how it ended', async () => {
  const { code, out, err } = await audit('replay', answered);
  assert.is(code, 0, err);
  const told = out.replaceAll(/\s+/g, ' ');
  for (const words of [
    `Call ${answered}`,
    'Member M-1, number +*******3000',
    'Script wellbeing-check, version 1, SHA-256 9af097d4',
    'State Disconnected, completed',
    'Answers 1 yes, 2 yes, 3 yes',
    'local (Coordinator): asked for the call',
    'the flow: asked question 2 <- ',
    '> "Question two.',
    '(en-US-JennyNeural)',
    'call ended: completed',
  ])
    assert.ok(told.includes(words), `${words}\n${out}`);
  assert.match(told, /ACS: pressed 1 = yes after \d+\.\d s/);
  assert.not.match(out, /\+1555\d{7}/);
  assertFits(out);
});

test('as of a version, or a time, it is told as it was known then', async () => {
  const { out } = await audit('replay', answered, '--as-of', '2');
  assert.match(out, /^State {3}Initiated, is being dialled$/m);
  assert.not.match(out, 'ACS:');
  const early = await audit('replay', answered, '--as-of', '2020-01-01T00:00:00Z');
  assert.match(early.out, 'Nothing was known of the call then.');
  const bad = await audit('replay', answered, '--as-of', 'yesterday');
  assert.is(bad.code, 1);
  assert.match(bad.err, 'asOf takes a version');
});

test('tools get JSON, and the bytes of entries with a reason', async () => {
  const { json } = await audit('replay', busy, '--json');
  const [shown] = json as { steps: { what: string }[]; raw?: unknown }[];
  assert.is(shown?.steps.at(-1)?.what, 'line busy; call ended: the line was busy');
  assert.is(shown?.raw, undefined);
  const raw = await audit('replay', busy, '--raw', '--reason', 'Beschwerde über „M-2“', '--json');
  const [whole] = raw.json as { raw: { data: string }[] }[];
  assert.match(whole!.raw[0]!.data, '"phoneNumber":"+15550103001"');
  const onTerminal = await audit('replay', busy, '--raw', '--reason', 'x');
  assert.match(onTerminal.out.replaceAll(/\s+\| /g, ''), '"phoneNumber":"+15550103001"');
  assertFits(onTerminal.out);
});

test('the bytes need a reason', async () => {
  const { code, err } = await audit('replay', busy, '--raw');
  assert.is(code, 2);
  assert.match(err, '--reason');
});

/** The ids of a whole history, read so many at a time. */
async function pages(member: string, limit: string): Promise<string[]> {
  const ids: string[] = [];
  for (let further: string[] = []; ; ) {
    const { json } = await audit('history', member, '--json', '--limit', limit, ...further);
    const [{ items, nextCursor }] = json as [{ items: { id: string }[]; nextCursor: string | null }];
    ids.push(...items.map(({ id }) => id));
    if (nextCursor === null) return ids;
    further = ['--cursor', nextCursor];
  }
}

test('a member’s history tells of calls and of requests, page by page', async () => {
  const asked = await audit('request', 'deletion', 'M-2', '--reason', 'wrote to us');
  assert.is(asked.code, 0, asked.err);
  assert.match(asked.out, 'nothing is deleted in this release');
  const { out } = await audit('history', 'M-2');
  const told = out.replaceAll(/\s+/g, ' ');
  assert.match(
    told,
    'local (Compliance): asked that the member’s data be deleted; nothing is deleted in this release: "wrote to us"',
  );
  assert.match(told, `local (Coordinator): asked for a call: the line was busy call ${busy}`);
  assertFits(out);
  const whole = await pages('M-2', '200');
  assert.ok(whole.length >= 2);
  assert.equal((await pages('M-2', '1')).slice(-whole.length), whole);
});

test('calls are found by member, day and staff', async () => {
  for (const args of [
    ['--member', 'M-2'],
    ['--disposition', 'busy'],
    ['--staff', 'local', '--member', 'M-2'],
  ]) {
    const { code, out, err } = await audit('search', ...args);
    assert.is(code, 0, err);
    assert.match(out, busy);
    assert.not.match(out, answered);
    assertFits(out);
  }
  const { json } = await audit('search', '--member', 'M-2', '--json');
  const [{ calls }] = json as [{ calls: { createdAt: string }[] }];
  const day = calls[0]!.createdAt.slice(0, 10);
  assert.match((await audit('search', '--day', day, '--staff', 'local')).out, busy);
  assert.match((await audit('search', '--day', '2020-01-01', '--staff', 'local')).out, '0 found, 0 looked at');
});

test('what the server refuses is told in words, and what is no command is refused here', async () => {
  for (const [args, code, words] of [
    [['replay', 'nobody'], 1, 'CALL_NOT_FOUND'],
    [['history', 'M-9'], 1, 'MEMBER_NOT_FOUND'],
    [['search'], 1, 'say what to search for'],
    [['request', 'erase', 'M-1', '--reason', 'x'], 2, 'deletion'],
    [['request', 'hold', 'M-1'], 2, '--reason'],
    [['replay', answered, '--as-of', '0'], 1, 'asOf'],
  ] as const) {
    const { code: ended, err } = await audit(...args);
    assert.is(ended, code, args.join(' '));
    assert.match(err, words);
  }
});

test('without a server each says how to start one, and ends with 2', async () => {
  const nowhere = ['--url', 'http://127.0.0.1:9'];
  for (const args of [
    ['replay', answered],
    ['history', 'M-1'],
    ['search', '--member', 'M-1'],
    ['request', 'hold', 'M-1', '--reason', 'x'],
  ]) {
    const { code, err } = await callistra(['audit', ...args, ...nowhere]);
    assert.is(code, 2);
    assert.match(err, 'callistra serve');
  }
});

test.run();
