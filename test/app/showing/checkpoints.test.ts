import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CheckpointHealth, NO_CHECKPOINTS } from '../../../src/app/api.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;
let told: CheckpointHealth = NO_CHECKPOINTS;

test.before(async () => {
  rig = await openRig();
  await rig.start({ checkpoints: () => told });
});
test.after(() => rig.close());

const health = async () => (await rig.start({ checkpoints: () => told })).health();

const PROBLEMS: readonly (readonly [code: string, checkpoints: Partial<CheckpointHealth>, words: string])[] = [
  ['CHECKPOINT_FORK', { fork: 'the witness knows more' }, 'nothing is signed: the witness knows more'],
  ['CHECKPOINT_LATE', { isLate: true, uncoveredMs: 720_400 }, 'no checkpoint covers what was recorded 720 s ago'],
  ['CHECKPOINT_TROUBLE', { trouble: 'the disk is full' }, 'checkpoints: the disk is full'],
  [
    'LOG_ALTERED',
    { verified: { at: '2026-03-01T07:00:00.000Z', findings: 2 } },
    'verifying the log at 2026-03-01T07:00:00.000Z had 2 findings: callistra audit verify names them',
  ],
];

for (const [code, checkpoints, words] of PROBLEMS) {
  test(`${code} is a problem in words that does not take the server out of service`, async () => {
    told = { ...NO_CHECKPOINTS, ...checkpoints };
    const { ready, problems, problemCounts } = await health();
    assert.equal([ready, problems], [true, [words]]);
    const counted = Object.entries(problemCounts).filter(([, count]) => count > 0);
    assert.equal(counted, [[code, 1]]);
  });
}

test('entries that wait for the next checkpoint are no problem yet', async () => {
  told = { ...NO_CHECKPOINTS, uncoveredMs: 299_000, treeSize: 7 };
  const { problems, checkpoints } = await health();
  assert.equal([problems, checkpoints], [[], told]);
});

test.run();
