import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../../../projections/rows.ts';
import { Conversation } from './conversation.ts';
import { Line, type Reaction } from './line.ts';

const reaction = fc.constantFrom<Reaction>('one', 'two', 'five', 'silent', 'fails', 'hangs-up', 'presses-and-hangs-up');
const reactions = fc.array(reaction, { maxLength: 9 });
const orders = fc.array(fc.tuple(fc.nat(20), fc.constantFrom('once', 'twice')), { maxLength: 80 });
const losses = fc.array(fc.tuple(fc.nat(20), fc.constantFrom('once', 'once', 'twice', 'lost')), { maxLength: 80 });

type Step = readonly [index: number, fate: string];

/** Delivers in the drawn order, then whatever is left; rings the deadline when nothing more comes. */
function play(script: readonly Reaction[], steps: readonly Step[]): { call: Conversation; line: Line } {
  const call = Conversation.initiated();
  const line = new Line(call, script);
  for (const [index, fate] of steps) {
    if (line.pending.length > 0) line.deliver(index, fate as 'once' | 'twice' | 'lost');
  }
  for (let bells = 0; line.pending.length > 0 || call.state?.deadline; bells += 1) {
    assert.ok(bells < 500, `the call ends, but it is ${call.doing}`);
    if (line.pending.length === 0) call.deadline();
    line.serve();
    while (line.pending.length > 0) line.deliver(0, 'once');
  }
  return { call, line };
}

/** The rows without what time of arrival and number of entries put into them. */
function shown(call: Conversation): unknown {
  assert.ok(call.state);
  const { session, responses } = rowsOf(call.state);
  const { status, disposition, callConnectionId } = session;
  return { status, disposition, callConnectionId, answers: responses.map((r) => [r.questionNumber, r.response]) };
}

test('callbacks and outcomes in any order, each any number of times, end in the same rows', () => {
  fc.assert(
    fc.property(reactions, orders, (script, steps) => {
      assert.equal(shown(play(script, steps).call), shown(play(script, []).call));
    }),
    { numRuns: 2_000 },
  );
});

test('whatever is lost, the call ends, and no answer appears that nobody pressed', () => {
  fc.assert(
    fc.property(reactions, losses, (script, steps) => {
      const { call, line } = play(script, steps);
      assert.is(call.doing, 'ended');
      const values = call.state!.answers.map((answer) => answer.response);
      const yes = values.filter((value) => value === 'yes').length;
      assert.ok(yes <= line.pressed.filter((tone) => tone === 'one').length);
      assert.ok(
        values.filter((value) => value === 'no').length <= line.pressed.filter((tone) => tone === 'two').length,
      );
    }),
    { numRuns: 2_000 },
  );
});

test('whatever is lost or repeated, the phone is dialled under one id and nothing is said to an unproven line', () => {
  fc.assert(
    fc.property(reactions, losses, (script, steps) => {
      const { call } = play(script, steps);
      const ids = call
        .sent('PlaceCall')
        .map((sent) => (sent.type === 'PlaceCall' ? sent.body.repeatabilityRequestId : ''));
      assert.is(new Set(ids).size, 1);
      let proven = false;
      for (const entry of call.log) {
        if (entry.kind === 'callback' && entry.body.name === 'recognized' && entry.body.keys.includes('1'))
          proven = true;
        if (entry.type !== 'AskQuestion' && entry.type !== 'SayMessage') continue;
        assert.ok(proven || (entry.kind === 'command' && 'audience' in entry.body && entry.body.audience === 'anyone'));
      }
    }),
    { numRuns: 1_000 },
  );
});

test.run();
