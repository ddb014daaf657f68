import { setTimeout as sleep } from 'node:timers/promises';
import { absolute, type BenchContext, quantile, type Row } from '../row.ts';
import type { BrowsersWorker } from '../workers/browsers.ts';
import type { ConsoleFillWorker } from '../workers/console-fill.ts';
import type { DriverWorker } from '../workers/driver.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

const CALLS = 1_000_000;
const QUICK_CALLS = 20_000;
const MEMBERS = 10_000;
const WARM_UP = 10;
const TIMES = 40;
const QUICK_TIMES = 10;
/** A call takes about a second. */
const TIME_SCALE = 30;
const DAY_MS = 86_400_000;

type Page = readonly [name: string, path: string, role?: string];

/** Row 13: how long each page of the console takes, with so many calls in the read models. */
export const consolePages: Row = {
  name: 'console',
  title: 'pages of the console, 95th percentile of the time of an answer, one at a time',
  async run(bench) {
    const parts = await startConsole(bench);
    const calls = bench.quick ? QUICK_CALLS : CALLS;
    bench.progress(`writing ${calls} calls`);
    const filler = bench.start<ConsoleFillWorker>('console-fill');
    const middle = await filler.call('fill', parts.dataDir, calls, MEMBERS);
    const browsers = bench.start<BrowsersWorker>('browsers');
    const times = bench.quick ? QUICK_TIMES : TIMES;
    const measures = [];
    for (const [name, path, role = 'Coordinator'] of pagesOf(middle, parts.call)) {
      bench.progress(name);
      await browsers.call('timePage', `${parts.url}${path}`, WARM_UP, role);
      const took = await browsers.call('timePage', `${parts.url}${path}`, times, role);
      measures.push(absolute(name, 'ms', quantile(took, 0.95), { at: 'most', value: 100 }));
    }
    return {
      measures,
      notes: [
        `${calls.toLocaleString('en-US')} calls of 100 days, ${MEMBERS.toLocaleString('en-US')} members, three scripts`,
        `each page ${times} times, seen over HTTP from another process, its look in the log first`,
      ],
    };
  },
};

/** Every page and every filter, each also as it finds nothing. */
function pagesOf(middle: string, call: string): Page[] {
  const day = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  const aDay = `from=${day(50)}&to=${day(49)}`;
  const filters = [
    ...['', 'memberId=M-17', 'disposition=completed', 'disposition=blocked', 'status=Failed', 'status=Connected'],
    ...['questionnaire=outreach@1', 'questionnaire=outreach@9', aDay, `from=${day(90)}`, `to=${day(90)}`],
    ...['disposition=bad-number,blocked,unknown', 'disposition=completed&status=Failed', `disposition=blocked&${aDay}`],
    ...[`disposition=busy&${aDay}`, `questionnaire=outreach@3&${aDay}`, `questionnaire=outreach@1&disposition=busy`],
    ...[`memberId=M-17&${aDay}`, 'memberId=nobody', `status=Initiated,Connected,PersonDetected&from=${day(90)}`],
    ...[`after=${middle}`, `disposition=unknown&after=${middle}`, `status=Failed&${aDay}&after=${middle}`],
  ];
  return [
    ['today', '/console'],
    ['today, as an operator', '/console', 'Operator'],
    ...filters.map((query): Page => [`calls ${query || 'without a filter'}`, `/console/calls?${query}`]),
    ['a call', `/console/calls/${call}`],
    ['members', '/console/members'],
    ['members, search for nobody', '/console/members?search=nobody'],
    ['a member', '/console/members/M-17'],
  ];
}

async function startConsole(bench: BenchContext) {
  const server = bench.start<SystemServerWorker>('system-server');
  const simulator = bench.start<SimulatorWorker>('simulator');
  const driver = bench.start<DriverWorker>('driver');
  const dataDir = await bench.tempDir();
  await server.call('addMembers', dataDir, MEMBERS);
  const url = await server.call('start', dataDir, await simulator.call('start', TIME_SCALE));
  const [call = ''] = await driver.call('initiate', url, 1, 1);
  while ((await server.call('openCalls')) > 0) await sleep(20);
  await server.call('settle');
  return { server, driver, dataDir, url, call };
}

const BROWSERS = 200;
const CALLS_A_SECOND = 5;
const SECONDS = 60;
const QUICK_SECONDS = 8;

/** Row 14: what it costs that browsers are told of every change. */
export const consoleLive: Row = {
  name: 'console-live',
  title: `${BROWSERS} browsers that hear of news, at ${CALLS_A_SECOND * 60} calls a minute, against none`,
  async run(bench) {
    const parts = await startConsole(bench);
    const browsers = bench.start<BrowsersWorker>('browsers');
    const seconds = bench.quick ? QUICK_SECONDS : SECONDS;
    let next = 2;
    const round = async (name: string) => {
      bench.progress(name);
      const used = await calling(parts, next, seconds);
      next += seconds * CALLS_A_SECOND;
      return used;
    };
    await round('warming up');
    const alone = await round('without browsers');
    await browsers.call('openStreams', parts.url, BROWSERS);
    const watched = await round('with browsers');
    const heard = await browsers.call('closeStreams');
    return {
      measures: [
        absolute('processor more', 'cores', watched.cores - alone.cores, { at: 'most', value: 0.3 }),
        absolute('resident more', 'MiB', (watched.rssBytes - alone.rssBytes) / 2 ** 20, { at: 'most', value: 100 }),
        absolute('calls a second, of those without', '', watched.perSecond / alone.perSecond, {
          at: 'least',
          value: 0.95,
        }),
      ],
      notes: [
        `${seconds} s each; every browser heard of ${(heard / BROWSERS).toFixed(0)} changes`,
        'the streams alone: what a page fetches when it hears of one is a page like any other, see the row console',
      ],
    };
  },
};

type Console = Awaited<ReturnType<typeof startConsole>>;

/** Asks for so many calls each second, and waits until they are over. */
async function calling({ server, driver, url }: Console, first: number, seconds: number) {
  const before = await server.call('usage');
  const startMs = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    const from = first + second * CALLS_A_SECOND;
    await driver.call('initiate', url, from, from + CALLS_A_SECOND - 1);
    await sleep(Math.max(0, startMs + (second + 1) * 1_000 - performance.now()));
  }
  while ((await server.call('openCalls')) > 0) await sleep(20);
  await server.call('settle');
  const tookSeconds = (performance.now() - startMs) / 1_000;
  const after = await server.call('usage');
  return {
    cores: (after.cpuMicros - before.cpuMicros) / 1e6 / tookSeconds,
    rssBytes: after.rssBytes,
    perSecond: (seconds * CALLS_A_SECOND) / tookSeconds,
  };
}
