import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/composition/system-clock.ts';
import { azurite } from '../support/azurite.ts';
import { allEntries } from '../support/entries.ts';
import { initiate, startRig, untilEnded } from './rig.ts';

/** So far apart two machines were whose calls were cut off by each other. */
const AHEAD_MS = 56_000;
/** Whole seconds in the storage's `Date`, and what a slow machine takes. */
const NEAR_MS = 5_000;

test('a server whose clock is 56 s ahead dates its calls by the storage, and says that its own clock is wrong', async () => {
  const { connectionString } = await azurite();
  const prefix = `Time${randomUUID().slice(0, 8)}`;
  const env = {
    TABLES_CONNECTION_STRING: connectionString,
    TABLES_PREFIX: prefix,
    CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
    SIMULATOR: 'true',
  };
  const clock = { ...systemClock, now: () => systemClock.now() + AHEAD_MS };
  const startMs = Date.now();
  const rig = await startRig({ people: [{ behaviour: 'busy' }], env, clock });
  try {
    await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
    const entries = await allEntries(rig.server.stores.log);
    assert.ok(entries.length > 4);
    for (const { at, type } of entries) {
      const aheadMs = Date.parse(at) - startMs;
      assert.ok(aheadMs > -NEAR_MS && Date.parse(at) <= Date.now(), `${type} at ${at}`);
    }
    const { problemCounts, clockOffMs, ready } = await rig.server.app.readiness();
    assert.equal([ready, problemCounts.CLOCK_OFF], [true, 1]);
    assert.ok(Math.abs(clockOffMs! - AHEAD_MS) < NEAR_MS);
  } finally {
    await rig.close();
  }
});

test.run();
