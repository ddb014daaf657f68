import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckCallBody, CommandType } from '../../../src/domain/call/bodies.ts';
import { hasEnded } from '../../../src/domain/call/call.ts';
import type { Verdict } from '../../../src/domain/call/input.ts';
import type { Help } from '../../../src/domain/call/stuck.ts';
import { CONNECTION, Conversation } from './conversation.ts';

const OVERDUE_MS = 60_000;
const HOUR_MS = 3_600_000;

const helped = (call: Conversation, help: Help): Conversation =>
  call.take({ type: help, id: `help-${call.log.length}`, at: call.now, actor: 'operator:olga', reason: 'it hangs' });

/** Lets the time pass by which somebody should have gone on with the call. */
const overdue = (call: Conversation): Conversation => {
  const left = Date.parse(call.state!.deadline!.at) - Date.parse(call.now);
  return call.wait(Math.max(0, left) + OVERDUE_MS);
};

type Row = {
  readonly play: () => Conversation;
  /** Verdicts for a check and a closing, as it goes on by itself, and when it is overdue. */
  readonly now: readonly [Verdict, Verdict];
  readonly late: readonly [Verdict, Verdict];
};

const LATE = ['recorded', 'recorded'] as const;
const NO_LEG = ['no-leg', 'recorded'] as const;
const NOT_YET = ['not-overdue', 'not-overdue'] as const;
const BESIDE = ['recorded', 'not-overdue'] as const;

/** Calls at every place that an open one can be at. */
const OPEN: Readonly<Record<string, Row>> = {
  'that waits for its turn': {
    // It waits for hours, and for that it is not overdue.
    play: () => new Conversation().initiate(false).wait(3 * HOUR_MS),
    now: NOT_YET,
    late: NOT_YET,
  },
  'that has waited for its turn too long': {
    play: () => new Conversation().initiate(false).wait(5 * HOUR_MS),
    now: NO_LEG,
    late: NO_LEG,
  },
  'whose dial may ring, and of which no word has come': {
    play: () => {
      const call = Conversation.initiated().timedOut();
      while (call.state?.deadline?.missing !== 'result') call.deadline().timedOut();
      return call;
    },
    now: NOT_YET,
    late: NO_LEG,
  },
  'whose leg only a callback has named': {
    play: () => {
      const call = Conversation.initiated().timedOut().event('CallConnected');
      while (call.state?.deadline?.missing !== 'result') call.deadline();
      return call;
    },
    now: NOT_YET,
    late: LATE,
  },
  'that rings': { play: () => Conversation.placed(), now: NOT_YET, late: LATE },
  'in which nobody is proven yet': { play: () => Conversation.answered().accepted(), now: BESIDE, late: LATE },
  'with a person who is asked': { play: () => Conversation.withPerson().accepted(), now: BESIDE, late: LATE },
  'that says its last words': {
    play: () => Conversation.answered().accepted().press('two').accepted(),
    now: BESIDE,
    late: LATE,
  },
  'that is being hung up': { play: () => Conversation.withPerson().cancel(), now: BESIDE, late: LATE },
};

for (const [what, { play, now, late }] of Object.entries(OPEN)) {
  test(`a call ${what} is checked and closed when that harms nobody`, () => {
    const verdicts = (prepare: (call: Conversation) => Conversation) =>
      (['CheckCall', 'CloseCall'] as const).map((help) => helped(prepare(play()), help).verdict);
    assert.equal(
      verdicts((call) => call),
      now,
      'as it goes on',
    );
    assert.equal(verdicts(overdue), late, 'when it is overdue');
  });

  for (const help of ['CheckCall', 'CloseCall'] as const) {
    test(`${help} by staff never dials the member of a call ${what}, and the call ends`, () => {
      const call = overdue(play());
      const dials = call.sent('PlaceCall').length;
      const by = helped(call, help);
      if (by.verdict !== 'recorded') return;
      for (let step = 0; step < 40 && call.state?.deadline; step += 1) call.deadline();
      assert.is(call.sent('PlaceCall').length, dials);
      assert.ok(hasEnded(call.state!));
    });
  }
}

test('who asked and why stands in the call, under types that releases of before can read', () => {
  const call = Conversation.withPerson().accepted();
  helped(call, 'CheckCall');
  overdue(call);
  helped(call, 'CloseCall');
  const theirs = call.stored.filter(({ actor }) => actor === 'operator:olga');
  assert.equal(
    theirs.map(({ type, cause, data }) => [type, cause, JSON.parse(data).reason, JSON.parse(data).because]),
    [
      ['CheckCall', null, 'it hangs', 'doubt'],
      ['CloseCall', null, 'it hangs', 'no-word'],
    ],
  );
});

test('a check of a call in which somebody is talking moves nothing, unless the provider has no such call', () => {
  const call = Conversation.withPerson().accepted();
  const { position, deadline } = call.state!;
  helped(call, 'CheckCall');
  assert.equal([call.state!.position, call.state!.deadline], [position, deadline]);
  call.accepted({ callConnectionId: CONNECTION, callState: 'connected', ours: true });
  assert.equal([call.state!.position, call.state!.deadline], [position, deadline]);
  helped(call, 'CheckCall').refused(404, false);
  assert.ok(hasEnded(call.state!));
  assert.is(call.state!.ending?.by, 'gone');
});

test('an overdue call that the provider still has goes on from where it was', () => {
  const call = helped(overdue(Conversation.withPerson().accepted()), 'CheckCall');
  assert.is((call.last.body as CheckCallBody).because, undefined);
  call.accepted({ callConnectionId: CONNECTION, callState: 'connected', ours: true });
  assert.is(call.last.type, 'AskQuestion');
});

test('a call that is closed is hung up if its leg still stands, and an answer that comes later is kept', () => {
  const call = Conversation.withPerson().accepted();
  const asked = call.last.id;
  helped(overdue(call), 'CloseCall');
  assert.equal([call.last.type, call.last.body], ['HangUp', { ...call.last.body, because: 'already-closed' }]);
  assert.equal([call.result, call.answers], ['Disconnected unknown', []]);
  call.recognized(asked, ['one']);
  assert.equal([call.answers, call.result], [['1:yes'], 'Disconnected partial']);
  // The order is repeated until the provider has taken it.
  call.deadline();
  assert.is(call.sent('HangUp').length, 2);
  call.accepted();
  assert.is(call.state!.deadline, null);
});

test('a leg that is named after the closing is asked about, and hung up if it is the call’s', () => {
  const call = Conversation.initiated().timedOut();
  while (call.state?.deadline?.missing !== 'result') call.deadline().timedOut();
  helped(overdue(call), 'CloseCall').event('CallConnected');
  const { type, body } = call.last;
  assert.equal([type, (body as CheckCallBody).because], ['CheckCall', 'leg']);
  call.accepted({ callConnectionId: CONNECTION, callState: 'connected', ours: true });
  assert.is(call.last.type as CommandType, 'HangUp');
});

test('a call that has ended, and one that there is not, are told apart', () => {
  const ended = Conversation.placed().createFailed(486, 560486);
  assert.equal(
    [helped(ended, 'CloseCall').verdict, helped(ended, 'CheckCall').verdict],
    ['already-ended', 'already-ended'],
  );
  assert.is(helped(new Conversation(), 'CloseCall').verdict, 'unknown-call');
});

test('a call that a later release leads is left to it for as long as the provider may have it', () => {
  const call = Conversation.answered().accepted();
  call.state = { ...call.state!, foreign: true, deadline: null };
  assert.equal([helped(call, 'CheckCall').verdict, helped(call, 'CloseCall').verdict], ['foreign', 'not-overdue']);
  assert.is(helped(call.wait(31 * HOUR_MS), 'CloseCall').verdict, 'recorded');
});

test.run();
