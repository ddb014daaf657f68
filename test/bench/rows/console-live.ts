import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashOf } from '../../../src/config/api-keys.ts';
import { profiled } from '../profiled.ts';
import { absolute, type BenchContext, quantile, type Row } from '../row.ts';
import type { DriverWorker } from '../workers/driver.ts';
import type { LiveBrowser, LiveBrowsersWorker } from '../workers/live-browsers.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

const BROWSERS = 200;
const CALLS_A_SECOND = 5;
const SECONDS = 45;
const QUICK_SECONDS = 8;
const WARM_UP_SECONDS = 15;
/** A call takes some five seconds, so that some thirty go on at any time. */
const TIME_SCALE = 6;
const MEMBERS = 10_000;
const ZONES = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'];

/** Row 14: what it costs that browsers show what goes on. */
export const consoleLive: Row = {
  name: 'console-live',
  title: `${BROWSERS} browsers that show what goes on, at ${CALLS_A_SECOND * 60} calls a minute, against none`,
  async run(bench) {
    const parts = await start(bench);
    const browsers = bench.start<LiveBrowsersWorker>('live-browsers');
    const seconds = bench.quick ? QUICK_SECONDS : SECONDS;
    const calls = counter();
    const round = (name: string, length: number) => {
      bench.progress(name);
      return calling(parts, calls, length);
    };
    await round('warming up', WARM_UP_SECONDS);
    const alone = await round('without browsers', seconds);
    bench.progress('browsers sign in');
    await Promise.all([
      browsers.call('open', parts.url, parts.people),
      round('warming up with browsers', WARM_UP_SECONDS),
    ]);
    await browsers.call('whatWasSeen');
    const watched = await profiled(bench, parts.server, 'console-live', () => round('with browsers', seconds));
    const seen = await browsers.call('whatWasSeen');
    await browsers.call('close');
    return {
      measures: [
        absolute('processor more', 'cores', watched.cores - alone.cores, { at: 'most', value: 0.3 }),
        absolute('resident more', 'MiB', (watched.rssBytes - alone.rssBytes) / 2 ** 20, { at: 'most', value: 100 }),
        absolute('calls, of those without', '', watched.perSecond / alone.perSecond, { at: 'least', value: 0.95 }),
        absolute('a page that brings itself up to date, 95th percentile', 'ms', quantile(seen.took, 0.95), null),
      ],
      notes: [
        `${seconds} s each; ${alone.cores.toFixed(2)} cores without, ${watched.cores.toFixed(2)} with`,
        `each browser was told of news every ${(watched.seconds / (seen.heard / BROWSERS)).toFixed(1)} s, and all together ` +
          `asked for ${(seen.fetched / watched.seconds).toFixed(0)} pages and ${(seen.bytes / watched.seconds / 1024).toFixed(0)} KiB a second`,
        'each somebody who has signed in, a third each with Today, Calls and one call open, one in ten an Operator; every look in the log first',
      ],
    };
  },
};

type Parts = Awaited<ReturnType<typeof start>>;

async function start(bench: BenchContext) {
  const server = bench.start<SystemServerWorker>('system-server');
  const simulator = bench.start<SimulatorWorker>('simulator');
  const driver = bench.start<DriverWorker>('driver');
  const dataDir = await bench.tempDir();
  await server.call('addMembers', dataDir, MEMBERS);
  const people = peopleIn(dataDir);
  const url = await server.call('start', dataDir, await simulator.call('start', TIME_SCALE));
  return { server, driver, url, people, key: people[0]!.key };
}

/** Each with a key of their own; the server finds the keys in its directory. */
function peopleIn(dataDir: string): LiveBrowser[] {
  const people = Array.from({ length: BROWSERS }, (_, n) => {
    const role = n % 10 === 9 ? 'Operator' : n % 10 > 5 ? 'Compliance' : 'Coordinator';
    const path = role === 'Operator' ? '/console' : ['/console', '/console/calls', '/console/calls/{call}'][n % 3]!;
    const key = randomBytes(32).toString('base64url');
    return { key, role, path, name: `person-${n}`, zone: ZONES[n % ZONES.length]! };
  });
  const keys = people.map(({ key, name, role }) => ({ name, sha256: hashOf(key), roles: [role] }));
  writeFileSync(join(dataDir, 'api-keys.json'), JSON.stringify(keys), { mode: 0o600 });
  return people;
}

/** The numbers of members who were not called yet. */
function counter() {
  let next = 1;
  return (count: number): readonly [from: number, to: number] => {
    next += count;
    return [next - count, next - 1];
  };
}

/** Asks for so many calls each second, and waits until they are over. */
async function calling({ server, driver, url, key }: Parts, next: ReturnType<typeof counter>, seconds: number) {
  const before = await server.call('usage');
  const startMs = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    const [from, to] = next(CALLS_A_SECOND);
    await driver.call('initiate', url, from, to, key);
    await sleep(Math.max(0, startMs + (second + 1) * 1_000 - performance.now()));
  }
  while ((await server.call('openCalls')) > 0) await sleep(20);
  await server.call('settle');
  const took = (performance.now() - startMs) / 1_000;
  const after = await server.call('usage');
  return {
    seconds: took,
    cores: (after.cpuMicros - before.cpuMicros) / 1e6 / took,
    rssBytes: after.rssBytes,
    perSecond: (seconds * CALLS_A_SECOND) / took,
  };
}
