import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownCall } from '../../src/cli/api-client.ts';
import type { Faults } from '../../src/simulator/faults/faults.ts';
import { assertAnswersAreThosePressed, callEverybody } from './evidence.ts';
import { type ImpatientRig, type Patience, playPatiently, startImpatientRig } from './impatient-rig.ts';
import { assertDialledOnce, assertSound, type Person } from './rig.ts';

const TROUBLES: Readonly<Record<string, Partial<Faults>>> = {
  'says 429': { throttleRate: 0.25 },
  'says 429 and when to come back': { throttleRate: 0.15, retryAfterSeconds: 1 },
  'says 500': { serverErrorRate: 0.25 },
  'does not answer': { timeoutRate: 0.15 },
  'carries out and cuts the connection': { loseAnswerRate: 0.25, loseAnswerBy: 'reset' },
  'carries out and does not answer': { loseAnswerRate: 0.15, loseAnswerBy: 'silence' },
  'does all of that': {
    throttleRate: 0.08,
    serverErrorRate: 0.08,
    timeoutRate: 0.06,
    loseAnswerRate: 0.08,
    loseAnswerBy: 'reset',
  },
};

const KINDS: readonly Person[] = [
  { behaviour: 'answers-all' },
  { behaviour: 'says-no' },
  { behaviour: 'answers-all' },
  { behaviour: 'busy' },
];
const CALLS = 12;

type Run = { readonly rig: ImpatientRig; readonly calls: readonly ShownCall[] };
const rigs: ImpatientRig[] = [];
const runs = new Map<string, readonly Run[] | Error>();

/** All at the same time, for most of it is waiting. */
test.before(async () => {
  const started = Object.entries(TROUBLES).map(async ([trouble, faults]) => {
    const played = playPatiently((patience) => run(faults, patience), isTelling);
    // What fails here must be the failure of its own test: uvu says nothing of one before the tests.
    runs.set(trouble, await played.catch((error: unknown) => error as Error));
  });
  await Promise.all(started);
});

async function run(faults: Partial<Faults>, patience: Patience): Promise<Run> {
  const people = Array.from({ length: CALLS }, (_, index) => KINDS[index % KINDS.length]!);
  const rig = await startImpatientRig(people, faults, patience);
  rigs.push(rig);
  const calls = await callEverybody(rig);
  await rig.app.idle();
  return { rig, calls };
}

const isTelling = ({ rig, calls }: Run): boolean =>
  rig.simulator.stats().requestFaults > CALLS / 4 && calls.some(({ disposition }) => disposition === 'completed');

test.after(async () => {
  for (const rig of rigs) await rig.close();
});

for (const trouble of Object.keys(TROUBLES)) {
  test(`when the provider ${trouble}, every call ends, each phone rings at most once, and answers are kept`, async () => {
    const played = runs.get(trouble)!;
    if (played instanceof Error) throw played;
    for (const { rig, calls } of played) {
      assert.is(calls.length, CALLS);
      assertDialledOnce(rig.simulator, rig.members);
      await assertAnswersAreThosePressed(rig);
      await assertSound(rig.stores);
    }
    const { rig, calls } = played.at(-1)!;
    assert.ok(rig.simulator.stats().requestFaults > CALLS / 4, 'requests suffered');
    const dispositions = calls.map(({ disposition }) => disposition);
    assert.ok(dispositions.includes('completed'), `some calls are completed all the same: ${dispositions}`);
  });
}

test.run();
