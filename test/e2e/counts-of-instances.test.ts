import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { hasEnded } from '../../src/domain/call/call.ts';
import { foldStream } from '../../src/domain/call/stream.ts';
import { randomFor, wholeBelow } from '../../src/simulator/faults/prng.ts';
import { type CountedRig, startCountedRig } from './counted-rig.ts';
import { initiate } from './rig.ts';

/** Enough that chance evens out: calls differ by which instance hears what. */
const CALLS = 6;
const PEOPLE = Array.from({ length: CALLS + 1 }, () => ({ behaviour: 'answers-all' }) as const);
const SEED = 15;
/** Then whoever dials may dial again. */
const TURN_MS = 1_000;

/** Which instance hears of a callback. */
type Dealing = 'one' | 'random';

/** Table requests of a call from its initiate to its end. */
async function requestsPerCall(instances: number, dealing: Dealing): Promise<number> {
  const rig = await startCountedRig(PEOPLE, { trail: true, instances });
  try {
    const random = randomFor(SEED, dealing);
    const port = (n: number): number => Number(new URL(rig.urls[n % instances]!).port);
    await wholeCall(rig, 0, () => port(0));
    const before = rig.tableRequests();
    for (let call = 1; call <= CALLS; call += 1) {
      await wholeCall(rig, call, () => port(dealing === 'one' ? call + 1 : wholeBelow(random, instances)));
    }
    return (rig.tableRequests() - before) / CALLS;
  } finally {
    await rig.close();
  }
}

async function wholeCall(rig: CountedRig, call: number, port: () => number): Promise<void> {
  const callSessionId = await initiate(rig.urls[call % rig.urls.length]!, `M-${call + 1}`);
  await rig.release();
  for (let isOpen = true; isOpen; ) {
    const callback = await rig.callbacks.next();
    const status = await callback.deliver(port());
    assert.is(status, 200);
    await rig.release();
    callback.acknowledge(status);
    const { state } = foldStream(PROVIDERS, callSessionId, await rig.log.read(callSessionId));
    isOpen = state !== null && !hasEnded(state);
  }
  rig.pass(TURN_MS);
}

/** Beside them two to four are for its place, and one as it is recorded first and then dialled: here places are in memory. */
const MOST = [
  [1, 'one', 22],
  [3, 'one', 23],
  [3, 'random', 30],
] as const;

for (const [instances, dealing, most] of MOST) {
  const whom = dealing === 'one' ? 'reach one' : 'are dealt at random';
  test(`a call costs at most ${most} table requests with ${instances} instances whose callbacks ${whom}`, async () => {
    const requests = await requestsPerCall(instances, dealing);
    assert.ok(requests <= most, `${requests}`);
  });
}

test.run();
