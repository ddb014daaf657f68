import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownCall } from '../../src/cli/api-client.ts';
import { allEntries } from '../support/entries.ts';
import { assertAnswersAreThosePressed, assertNothingLost, callEverybody } from './evidence.ts';
import { type ImpatientRig, startImpatientRig } from './impatient-rig.ts';
import { assertDialledOnce, assertSound, type Person } from './rig.ts';

/** Says yes to being there, and no to every question. */
const NAYSAYER: Person = {
  behaviour: { reactions: [{ press: ['one'], afterMs: 1_000 }], otherwise: { press: ['two'], afterMs: 1_000 } },
};

const KINDS: readonly Person[] = [
  { behaviour: 'answers-all' },
  NAYSAYER,
  { behaviour: 'barges-in' },
  { behaviour: 'wrong-key-then-right' },
  { behaviour: 'hangs-up-during-question-2' },
  { behaviour: 'says-no' },
  { behaviour: 'silent-mailbox' },
  { behaviour: 'answers-all' },
  { behaviour: 'prompt-fails-once' },
  { behaviour: 'busy' },
];
const CALLS = 100;

let rig: ImpatientRig;
let calls: ShownCall[];

test.before(async () => {
  rig = await startImpatientRig(
    Array.from({ length: CALLS }, (_, index) => KINDS[index % KINDS.length]!),
    {
      callbackDuplicateRate: 0.3,
      callbackDuplicateDelayMs: 20_000,
      callbackReorderWindowMs: 4_000,
      callbackDropRate: 0.06,
      callbackPairRate: 0.15,
      callbackUnknownTypeRate: 0.15,
      callbackBeforeResponseRate: 0.25,
      lateRecognizeCanceledRate: 0.3,
      missingCallDisconnectedRate: 0.1,
    },
  );
  calls = await callEverybody(rig);
  await rig.app.idle();
});
test.after(() => rig.close());

test('callbacks doubled, late, lost, out of order, in pairs and of unknown types: every call ends', () => {
  assert.is(calls.length, CALLS);
  const { callbacksDropped, callbackAttempts } = rig.simulator.stats();
  assert.ok(callbacksDropped > 20, 'callbacks were lost');
  assert.ok(callbackAttempts > rig.proxy.acknowledged.size, 'callbacks were doubled');
  assert.ok(calls.filter(({ disposition }) => disposition === 'completed').length > CALLS / 5, 'calls were completed');
});

test('every key whose callback arrived is an answer, and no answer is shown that nobody pressed', () =>
  assertAnswersAreThosePressed(rig));

test('every callback that was acknowledged is in the log, once', async () =>
  assertNothingLost(await allEntries(rig.stores.log), rig.proxy.acknowledged.keys()));

test('no phone is dialled twice', () => assertDialledOnce(rig.simulator, rig.members));

test('the chain is whole, and a rebuild gives the same rows', () => assertSound(rig.stores));

test.run();
