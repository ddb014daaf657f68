import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownCall } from '../../src/cli/api-client.ts';
import { PRESET_NAMES, type PresetName } from '../../src/simulator/members/members.ts';
import { answersOf, assertDialledOnce, assertSound, callAll, type Rig, startRig } from './rig.ts';

const YES = ['1:yes', '2:yes', '3:yes'];

/** What must come of a call to each virtual member: status, disposition, answers. */
const EXPECTED: Readonly<Record<PresetName, readonly [result: string, answers: readonly string[]]>> = {
  'answers-all': ['Disconnected completed', YES],
  'says-no': ['Disconnected not-available', []],
  'silent-mailbox': ['Disconnected no-person', []],
  'answers-person-then-silent': ['Disconnected no-response', ['1:timeout']],
  'wrong-key-then-right': ['Disconnected completed', YES],
  'always-wrong-key': ['Disconnected no-response', ['1:timeout']],
  'barges-in': ['Disconnected completed', YES],
  'presses-twice': ['Disconnected completed', YES],
  'hangs-up-on-person-prompt': ['Disconnected hung-up', []],
  'hangs-up-during-question-2': ['Disconnected partial', ['1:yes']],
  'prompt-fails': ['Disconnected provider-failure', []],
  'prompt-fails-once': ['Disconnected completed', YES],
  busy: ['Failed busy', []],
  'rings-out': ['Failed no-answer', []],
  'bad-number': ['Failed bad-number', []],
  declines: ['Failed declined', []],
  'declines-without-sip-details': ['Failed network-refused', []],
  unreachable: ['Failed provider-failure', []],
  'keeps-ringing': ['Failed no-answer', []],
  person: ['Failed no-answer', []],
};

/** What nobody but a proven person may hear. */
const PRIVATE = /medication|appointment|care team/;

let rig: Rig;
let calls: ShownCall[];

test.before(async () => {
  rig = await startRig({ people: PRESET_NAMES.map((behaviour) => ({ behaviour })) });
  calls = await callAll(rig.url, rig.members);
});
test.after(() => rig.close());

for (const [index, preset] of PRESET_NAMES.entries()) {
  const [result, answers] = EXPECTED[preset];
  test(`a member who is "${preset}" ends as ${result} with ${answers.join(' ') || 'no answers'}`, () => {
    const call = calls[index]!;
    assert.is(`${call.status} ${call.disposition}`, result);
    assert.equal(answersOf(call), answers);
    assert.is(rig.simulator.stats().dialsByNumber[rig.members[index]!.phoneNumber], 1);
  });
}

test('nothing private was said to a line on which nobody had pressed a key', () => {
  for (const { transcript } of rig.simulator.calls()) {
    const firstKey = transcript.findIndex(({ kind }) => kind === 'pressed');
    const unproven = transcript.slice(0, firstKey < 0 ? transcript.length : firstKey);
    for (const { text } of unproven) assert.not.match(text, PRIVATE);
  }
});

test('all of them hung up by themselves, were dialled once, and can be proven', async () => {
  await rig.server.app.idle();
  assert.is(rig.simulator.stats().openCalls, 0);
  assertDialledOnce(rig.simulator, rig.members, true);
  await assertSound(rig.server.stores);
});

test('a call is found by its session and by its connection, and the list shows every member', async () => {
  const list = (await (await fetch(`${rig.url}/api/calls?limit=200`)).json()) as {
    calls: { callSessionId: string; callConnectionId: string; memberId: string }[];
  };
  assert.equal(list.calls.map(({ memberId }) => memberId).sort(), rig.members.map(({ memberId }) => memberId).sort());
  const { callSessionId, callConnectionId } = list.calls[0]!;
  const byConnection = await (await fetch(`${rig.url}/api/calls/status/${callConnectionId}`)).json();
  const bySession = await (await fetch(`${rig.url}/api/calls/status/${callSessionId}`)).json();
  assert.equal(byConnection, bySession);
});

test.run();
