import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Standing, standingOf } from '../../../src/domain/places/standing.ts';
import { Conversation } from '../call/conversation.ts';

const standing = (call: Conversation): Standing => standingOf(call.state!);
const throttled = (call: Conversation): Conversation => call.refused(429, true);
const unanswered = (call: Conversation): Conversation => call.outcome({ type: 'Unknown', reason: 'timeout' });

type Row = { readonly call: () => Conversation; readonly stands: Partial<Standing> };

const ALL = Number.POSITIVE_INFINITY;

const STANDINGS: Readonly<Record<string, Row>> = {
  'a call that was not dialled waits for its first attempt': {
    call: () => new Conversation().initiate(false),
    stands: { waitsFor: 1, dials: 0, overTo: 0 },
  },
  'a dial without an answer may be a leg, and waits to be repeated': {
    call: () => Conversation.initiated(),
    stands: { waitsFor: 2, dials: 1, overTo: 0 },
  },
  'a call that rings, or is up, stands and waits for nothing': {
    call: () => Conversation.answered(),
    stands: { waitsFor: null, dials: 1, overTo: 0 },
  },
  'an attempt that was refused is over, and the next is waited for': {
    call: () => throttled(Conversation.initiated()),
    stands: { waitsFor: 2, dials: 1, overTo: 1 },
  },
  'of two that were refused both are over': {
    call: () => throttled(throttled(Conversation.initiated()).deadline()),
    stands: { waitsFor: 3, dials: 2, overTo: 2 },
  },
  'a refused attempt is not over while one before it is unanswered': {
    call: () => throttled(unanswered(Conversation.initiated()).deadline()),
    stands: { dials: 2, overTo: 0 },
  },
  'a call that has ended by the provider’s word is over': {
    call: () => Conversation.answered().disconnected(),
    stands: { waitsFor: null, dials: 1, overTo: ALL, isUntold: false },
  },
  'a call that was cancelled before it was dialled is over': {
    call: () => new Conversation().initiate(false).cancel(),
    stands: { waitsFor: null, dials: 0, overTo: ALL },
  },
};

for (const [name, { call, stands }] of Object.entries(STANDINGS)) {
  test(name, () => {
    const found = standing(call());
    assert.equal({ ...found, ...stands }, found);
  });
}

/** Dialled, and never a word of its end: it is closed. */
function closed(call = Conversation.initiated()): Conversation {
  for (let bells = 0; call.doing !== 'ended'; bells += 1) {
    assert.ok(bells < 100, 'it ends');
    call.deadline();
  }
  return call;
}

test('a call that we closed without the provider’s word is not over, however old its entries say that it is', () => {
  const call = closed();
  const untold = { waitsFor: null, dials: call.state!.dials, overTo: 0, isUntold: true };
  assert.equal(standing(call), untold);
  assert.equal(standingOf({ ...call.state!, untoldLegAt: '2001-01-01T00:00:00.000Z' }), untold);
});

test('a call that we closed is over when the provider tells the end of its leg after all', () => {
  const call = closed(Conversation.placed());
  assert.ok(standing(call).isUntold);
  const told = standing(call.disconnected());
  assert.equal([told.overTo, told.isUntold], [ALL, false]);
});

test('a call that has ended and whose other leg is being hung up is not over', () => {
  const state = { ...Conversation.answered().disconnected().state! };
  const deadline = { at: state.updatedAt, missing: 'result' } as const;
  assert.is(standingOf({ ...state, deadline }).overTo, 0);
});

test('a call that a later release leads is dialled by nobody here', () => {
  const { state } = new Conversation().initiate(false);
  assert.is(standingOf({ ...state!, foreign: true }).waitsFor, null);
});

test.run();
