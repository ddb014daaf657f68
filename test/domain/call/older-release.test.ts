import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CallState, hasEnded } from '../../../src/domain/call/call.ts';
import { foldCall } from '../../../src/domain/call/stream.ts';
import { callDisposition, callStatus } from '../../../src/domain/call/summary.ts';
import type { NewEntry } from '../../../src/domain/entries.ts';
import { CALL, CONNECTION, Conversation, INITIATE, PROVIDER } from './conversation.ts';

const FOREIGN = 'somebody-elses-leg';

/** A call that a release of now has begun, and one from before there were claims has gone on with: that binds by a callback. */
function begun(): Conversation {
  return Conversation.initiated({ reading: 1 });
}

/** What the release of now makes of such a stream. */
function readNow(entries: readonly NewEntry[]): CallState {
  const stored = entries.map((entry, index) => {
    const data = entry.type === 'InitiateCall' ? JSON.stringify(INITIATE) : entry.data;
    return { ...entry, data, stream: CALL, version: index + 1, hash: '' };
  });
  const state = foldCall([PROVIDER], CALL, null, stored);
  assert.ok(state);
  return state;
}

function summary(state: CallState): unknown {
  const { callConnectionId, position, answers, personProvenAt } = state;
  const at = [callStatus(state), callDisposition(state), position.at];
  return { callConnectionId, at, answers: answers.map(({ response }) => response), person: personProvenAt !== null };
}

/** Asks all three questions; the answer to the dial is lost or comes late. */
const through = (call: Conversation): Conversation =>
  call.accepted().press('one').accepted().press('one').accepted().press('one').accepted().press('one');

/** Calls whose leg only a callback has named by the time at which the older release acts upon it. */
const CALLS: Readonly<Record<string, () => Conversation>> = {
  'answered, its dial without an answer': () => begun().timedOut().event('CallConnected'),
  'answered before its dial': () => begun().event('CallConnected'),
  'with a person': () => begun().timedOut().event('CallConnected').accepted().press('one'),
  'asked to the end': () => through(begun().timedOut().event('CallConnected')).said().accepted().disconnected(),
  'whose dial is answered in its midst': () => {
    const call = begun();
    const place = call.last;
    return through(call.event('CallConnected').outcome({ type: 'Accepted', callConnectionId: CONNECTION }, place));
  },
  'not now': () => begun().timedOut().event('CallConnected').accepted().press('two').said().accepted().disconnected(),
  'cancelled while it rang': () => begun().timedOut().cancel().event('CallConnected').accepted().disconnected(),
  'looked at when it was overdue': () => {
    const call = begun().timedOut().event('ParticipantsUpdated');
    while (call.last.type !== 'CheckCall') call.deadline();
    return through(call.event('CallConnected').accepted({ callConnectionId: CONNECTION, callState: 'connected' }));
  },
};

for (const [what, play] of Object.entries(CALLS)) {
  test(`a call ${what}, by a release that takes a named leg for the call's, is read as it was led`, () => {
    const call = play();
    assert.ok(call.state);
    assert.equal(summary(readNow(call.stored)), summary(call.state));
  });
}

test('what an older release has asked about a leg does not say that the leg is not ours', () => {
  const call = begun().timedOut().event('CallConnected', { callConnectionId: FOREIGN });
  const upToThen = call.stored.slice(0, 4);
  const check = { type: 'CheckCall', body: { callConnectionId: FOREIGN, attempt: 1, answerBy: call.now } };
  const common = { at: call.now, actor: 'flow', cause: null };
  const asked = { ...common, kind: 'command', id: `${CALL}/5`, ...check, data: JSON.stringify(check.body) } as const;
  const told = { ...common, kind: 'outcome', id: `${CALL}/5/outcome`, type: 'Accepted', cause: `${CALL}/5` } as const;
  const standing = (body: object) =>
    readNow([...upToThen, asked, { ...told, data: JSON.stringify(body) }]).claims.map(({ stands }) => stands);
  assert.equal(standing({ callConnectionId: FOREIGN, callState: 'connected' }), ['heard']);
  assert.equal(standing({ callConnectionId: FOREIGN, callState: 'connected', ours: false }), ['refused']);
});

test('a leg that the provider has called somebody else’s is not taken for ours by what an older release says into it', () => {
  const call = begun().timedOut().event('CallConnected', { callConnectionId: FOREIGN });
  const spoken = call.stored.at(-1)!;
  const upToThen = call.stored.slice(0, 4);
  const check = { callConnectionId: FOREIGN, attempt: 1, answerBy: call.now, because: 'leg' };
  const common = { at: call.now, actor: 'flow', cause: null };
  const asked = {
    ...common,
    kind: 'command',
    id: `${CALL}/c`,
    type: 'CheckCall',
    data: JSON.stringify(check),
  } as const;
  const body = { callConnectionId: FOREIGN, callState: 'connected', ours: false };
  const told = { ...common, kind: 'outcome', type: 'Accepted', id: `${CALL}/o`, cause: `${CALL}/c` } as const;
  assert.is(spoken.type, 'AskQuestion');
  const state = readNow([...upToThen, asked, { ...told, data: JSON.stringify(body) }, spoken]);
  assert.is(state.callConnectionId, null);
  assert.not.ok(hasEnded(state));
});

test.run();
