import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownCall } from '../../src/cli/api-client.ts';
import { allEntries } from '../support/entries.ts';
import { isNight } from '../support/night.ts';
import { assertAnswersAreThosePressed, assertNothingLost, callEverybody } from './evidence.ts';
import { type ImpatientRig, type Patience, playPatiently, startImpatientRig } from './impatient-rig.ts';
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
const CALLS = isNight ? 100 : 40;

type Played = { readonly rig: ImpatientRig; readonly calls: readonly ShownCall[] };

let played: readonly Played[] | Error;

test.before(async () => {
  // uvu says nothing of what fails before the tests.
  played = await playPatiently(play, isTelling).catch((error: unknown) => error as Error);
});
test.after(async () => {
  if (!(played instanceof Error)) await always((rig) => rig.close());
});

async function play(patience: Patience): Promise<Played> {
  const people = Array.from({ length: CALLS }, (_, index) => KINDS[index % KINDS.length]!);
  const faults = {
    callbackDuplicateRate: 0.3,
    callbackDuplicateDelayMs: 20_000,
    callbackReorderWindowMs: 4_000,
    callbackDropRate: 0.06,
    callbackPairRate: 0.15,
    callbackUnknownTypeRate: 0.15,
    callbackBeforeResponseRate: 0.25,
    lateRecognizeCanceledRate: 0.3,
    missingCallDisconnectedRate: 0.1,
  };
  const rig = await startImpatientRig(people, faults, patience);
  const calls = await callEverybody(rig);
  await rig.app.idle();
  return { rig, calls };
}

/** Whether enough was lost, and enough went well in spite of it. */
function isTelling({ rig, calls }: Played): boolean {
  const completed = calls.filter(({ disposition }) => disposition === 'completed').length;
  return rig.simulator.stats().callbacksDropped > CALLS / 4 && completed > CALLS / 5;
}

function all(): readonly Played[] {
  if (played instanceof Error) throw played;
  return played;
}

/** A promise is held however slow the machine is. */
async function always(holds: (rig: ImpatientRig) => unknown): Promise<void> {
  for (const { rig } of all()) await holds(rig);
}

test('callbacks doubled, late, lost, out of order, in pairs and of unknown types: every call ends', async () => {
  for (const { calls } of all()) assert.is(calls.length, CALLS);
  await always(({ simulator, proxy }) =>
    assert.ok(simulator.stats().callbackAttempts > proxy.acknowledged.size, 'callbacks were doubled'),
  );
  assert.ok(isTelling(all().at(-1)!), 'callbacks were lost, and calls were completed');
});

test('every key whose callback arrived is an answer, and no answer is shown that nobody pressed', () =>
  always(assertAnswersAreThosePressed));

test('every callback that was acknowledged is in the log, once', () =>
  always(async ({ stores, proxy }) => assertNothingLost(await allEntries(stores.log), proxy.acknowledged.keys())));

test('no phone is dialled twice', () => always(({ simulator, members }) => assertDialledOnce(simulator, members)));

test('the chain is whole, and a rebuild gives the same rows', () => always(({ stores }) => assertSound(stores)));

test.run();
