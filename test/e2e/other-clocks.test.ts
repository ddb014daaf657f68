import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SCENES } from '../../src/cli/demo/scenario.ts';
import { inFiles, openStores } from '../../src/composition/stores.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { spawnServer } from './child.ts';
import { assertSound, initiate, makeDataDir, statusOf, untilEnded } from './rig.ts';

const PRELOAD = new URL('../support/other-clock.mjs', import.meta.url).href;
const HOUR = 3_600_000;

/** Whom to call: several calls are up and several wait, as two are held at once. */
const CALLED = SCENES.filter(({ behaviour }) =>
  /^(answers-all|says-no|wrong-key-then-right|busy|prompt-fails-once|hangs)/.test(behaviour),
);

type Run = {
  readonly results: readonly string[];
  /** Of all entries of calls. */
  readonly times: readonly string[];
};

/** A place and a time in which a server runs, and by how much its clock is set while calls are up and others wait. */
type Elsewhere = { readonly TZ: string; readonly CLOCK_AT: string; readonly CLOCK_SET_MS: string };

/** A server in a process of its own, with its simulator in it; what came of every call. */
async function run(elsewhere: Elsewhere): Promise<Run> {
  const dataDir = await makeDataDir(SCENES.map(({ memberId, number }) => ({ memberId, phoneNumber: number })));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    DATA_DIR: dataDir,
    PORT: String(port),
    // Faster, the ten seconds for a key are over while a busy machine lets nobody run.
    TIME_SCALE: '40',
    SIMULATOR: 'true',
    CONCURRENT_CALLS: '2',
    LOG_LEVEL: 'warn',
  };
  const child = spawnServer({ ...settings, NODE_OPTIONS: `--import=${PRELOAD}`, ...elsewhere });
  try {
    await until('it listens', async () => (await fetch(`${url}/health/live`).catch(() => null))?.status === 200);
    const ids = await Promise.all(CALLED.map(({ memberId }) => initiate(url, memberId)));
    await until('somebody is asked', async () => {
      const shown = await Promise.all(ids.map((id) => statusOf(url, id)));
      return shown.some(({ status }) => status === 'PersonDetected');
    });
    child.process.kill('SIGWINCH');
    const shown = await Promise.all(ids.map((id) => untilEnded(url, id)));
    assert.is(await child.stop(), 0, child.output());
    const stores = await openStores(inFiles(dataDir));
    const entries = await allEntries(stores.log);
    await assertSound(stores);
    await Promise.all([stores.members.close(), stores.readStore.close(), stores.log.close()]);
    return {
      results: shown.map(({ status, disposition, responses }) =>
        [status, disposition, ...responses.map(({ response }) => response)].join(' '),
      ),
      times: entries.filter(({ stream }) => isCallStream(stream)).map(({ at }) => at),
    };
  } finally {
    await child.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const EXPECTED = CALLED.map(({ status, disposition, answers }) => [status, disposition, ...answers].join(' '));

const ELSEWHERE = {
  'Asia/Kolkata in January 2038, with a clock that is set back to before 2^31 seconds came full': {
    TZ: 'Asia/Kolkata',
    CLOCK_AT: '2038-01-20T10:00:00Z',
    CLOCK_SET_MS: String(-40 * HOUR),
  },
  'America/New_York where one o’clock comes twice, with a clock that is set forward by an hour': {
    TZ: 'America/New_York',
    CLOCK_AT: '2026-11-01T05:59:50Z',
    CLOCK_SET_MS: String(HOUR),
  },
} as const;

/** All at once: they mostly wait. */
const runs = new Map<string, Promise<Run>>();
test.before(async () => {
  for (const [where, elsewhere] of Object.entries(ELSEWHERE)) runs.set(where, run(elsewhere));
  await Promise.allSettled(runs.values());
});

for (const [where, elsewhere] of Object.entries(ELSEWHERE)) {
  test(`every call ends as scripted, and none is held up, in ${where}`, async () => {
    const done = await runs.get(where)!;
    assert.equal(done.results, EXPECTED);
    const [startMs, setMs] = [Date.parse(elsewhere.CLOCK_AT), Number(elsewhere.CLOCK_SET_MS)];
    for (const at of done.times) assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const isNear = (ms: number): boolean => done.times.some((at) => Math.abs(Date.parse(at) - ms) < HOUR / 2);
    assert.ok(isNear(startMs), 'before');
    // People see what the clock shows; a call that was up when it was set back goes on by its own time.
    assert.ok(isNear(startMs + setMs) || setMs < 0, 'after');
    assert.ok(
      done.times.every(
        (at) => Math.min(Math.abs(Date.parse(at) - startMs), Math.abs(Date.parse(at) - startMs - setMs)) < HOUR / 2,
      ),
    );
  });
}

test.run();
