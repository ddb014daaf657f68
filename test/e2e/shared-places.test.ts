import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { type LegsRig, PLACES, startLegsRig } from './legs-rig.ts';

/** With calls and outages as long as real ones; every night. */
const IS_LONG = process.env['LONG_CALLS'] === '1';
const CALL_MS = IS_LONG ? 20_000 : 10_000;
/** Longer than whoever looks takes a turn for dead. */
const AWAY_MS = IS_LONG ? 170_000 : 20_000;
const N = 2;

/** Everybody is called while `trouble` happens, and no more legs are up at once than allowed. */
async function play(rig: LegsRig, trouble: (rig: LegsRig) => Promise<void>): Promise<void> {
  try {
    await rig.callAll();
    await trouble(rig);
    await rig.allOver();
    assert.is(rig.most(), N);
  } finally {
    await rig.close();
  }
}

test('short calls by three instances: lost answers add no leg, and while the row is away nobody is dialled and calls go on', async () => {
  const rig = await startLegsRig({ people: 10, callMs: CALL_MS, where: ['here', 'here', 'here'], limit: N });
  await play(rig, async ({ instances, dials, legs }) => {
    const lost = ['lostAnswer', 'none', 'lostAnswer', 'none', 'lostAnswer', 'none', 'lostAnswer', 'none'] as const;
    for (const { tables } of instances) tables.plan(lost, PLACES);
    await until('calls come and go in spite of it', () => dials() >= 5);
    for (const { tables } of instances) tables.plan(Array(10_000).fill('reset'), PLACES);
    const before = dials();
    await sleep(AWAY_MS);
    // One may have had its turn just before.
    assert.ok(dials() <= before + N, `${dials()} dials`);
    assert.is(legs(), 0);
    const ready = async () => (await fetch(`${instances[0]!.url}/health/ready`)).text();
    await until('it is said', async () => (await ready()).includes('the places of calls cannot be reached'));
    for (const { tables } of instances) tables.plan([], PLACES);
  });
});

test('an instance that is frozen, and one that is told to stop, leave the places of their calls taken', async () => {
  const rig = await startLegsRig({ people: 8, callMs: CALL_MS, where: ['process', 'process'], limit: N });
  await play(rig, async ({ instances: [one, two], dials, legs }) => {
    await until('all places are taken', () => legs() === N);
    one?.child?.process.kill('SIGSTOP');
    await sleep(AWAY_MS);
    one?.child?.process.kill('SIGCONT');
    const before = dials();
    await until('somebody is dialled again', () => dials() > before);
    await two?.stop();
  });
});

test('a release with another caller number dials what waits over the number it was opened for, and counts both apart', async () => {
  const [before, after] = ['+15550100001', '+15550100002'];
  const lines = [before, after];
  const rig = await startLegsRig({ people: 4, callMs: CALL_MS, where: ['here', 'here'], limit: 1, lines });
  try {
    await rig.callAll();
    await until('a call stands over each', () => rig.legs() === 2);
    await rig.instances[0]!.stop();
    await rig.allOver();
    const over = (line: string) => rig.simulator.calls().filter(({ from }) => from === line).length;
    assert.equal([over(before), over(after)], [2, 2]);
    assert.equal([rig.most(before), rig.most(after)], [1, 1]);
  } finally {
    await rig.close();
  }
});

test.run();
