import { setTimeout as sleep } from 'node:timers/promises';
import { absolute, type BenchContext, quantile, type Row } from '../row.ts';
import type { BrowsersWorker, PageAsked } from '../workers/browsers.ts';
import type { ConsoleFillWorker } from '../workers/console-fill.ts';
import type { DriverWorker } from '../workers/driver.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

const SIZES = { calls: 1_000_000, members: 1_000_000, called: 10_000 };
const QUICK_SIZES = { calls: 20_000, members: 20_000, called: 10_000 };
const WARM_UP = 5;
const TIMES = 40;
const QUICK_TIMES = 10;
/** A call takes about a second. */
const TIME_SCALE = 30;
const DAY_MS = 86_400_000;

type Page = readonly [name: string, asked: PageAsked];

/** Row 13: how long each page of the console takes, with so many calls in the read models. */
export const consolePages: Row = {
  name: 'console',
  title: 'pages of the console, 95th percentile of the time of an answer, one at a time',
  async run(bench) {
    const sizes = bench.quick ? QUICK_SIZES : SIZES;
    const dataDir = bench.keepDir ?? (await bench.tempDir());
    const parts = await startConsole(bench, dataDir);
    bench.progress(`writing ${sizes.calls} calls and ${sizes.members} members`);
    const filler = bench.start<ConsoleFillWorker>('console-fill');
    const filled = await filler.call('fill', dataDir, sizes);
    await filler.stop();
    const browsers = bench.start<BrowsersWorker>('browsers');
    const times = bench.quick ? QUICK_TIMES : TIMES;
    const measures = [];
    for (const [name, asked] of pagesOf(filled.middle, parts.call)) {
      bench.progress(name);
      await browsers.call('timePage', parts.url, asked, WARM_UP);
      const took = await browsers.call('timePage', parts.url, asked, times);
      measures.push(absolute(name, 'ms', quantile(took, 0.95), { at: 'most', value: 100 }));
    }
    const { calls, members } = sizes;
    return {
      measures,
      notes: [
        `${calls.toLocaleString('en-US')} calls of 100 days, ${members.toLocaleString('en-US')} members, three scripts`,
        `each page ${times} times, seen over HTTP from another process, its look in the log first`,
        ...(bench.keepDir === null
          ? []
          : [`the server started with what was there in ${parts.startedSeconds.toFixed(1)} s`]),
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
    ...[`before=${middle}`, `disposition=blocked&before=${middle}`, `questionnaire=outreach@3&before=${middle}`],
  ];
  const sought = ['garcia', 'ma', 'zoe oneal', 'ana gar', 'nobody', 'zz', 'm-17', '0143', '+1 555 0000017'];
  return [
    ['today', { path: '/console' }],
    ['today, as an operator', { path: '/console', role: 'Operator' }],
    ...filters.map((query): Page => [`calls ${query || 'without a filter'}`, { path: `/console/calls?${query}` }]),
    ['a call', { path: `/console/calls/${call}` }],
    ['a call, with its proof', { path: `/console/calls/${call}`, role: 'Compliance' }],
    ['members', { path: '/console/members' }],
    ['members, an id like nobody’s', { path: '/console/members?search=nobody' }],
    ...sought.map((q): Page => [`members, search for ${q}`, { path: '/console/members/search', form: { q } }]),
    ['a member', { path: '/console/members/M-17' }],
    ['audit, calls of a member', { path: '/console/audit?memberId=M-17', role: 'Compliance' }],
    ['who looked', { path: '/console/audit/looks?member=M-17', role: 'Compliance' }],
    ['scripts', { path: '/console/scripts' }],
    ['operations', { path: '/console/operations', role: 'Operator' }],
    ['quarantine', { path: '/console/operations/quarantine', role: 'Operator' }],
    ['me', { path: '/console/me' }],
  ];
}

async function startConsole(bench: BenchContext, dataDir: string) {
  const server = bench.start<SystemServerWorker>('system-server');
  const simulator = bench.start<SimulatorWorker>('simulator');
  const driver = bench.start<DriverWorker>('driver');
  await server.call('addMembers', dataDir, 1);
  const acs = await simulator.call('start', TIME_SCALE);
  const startMs = performance.now();
  const url = await server.call('start', dataDir, acs);
  const startedSeconds = (performance.now() - startMs) / 1_000;
  const [call = ''] = await driver.call('initiate', url, 1, 1);
  while ((await server.call('openCalls')) > 0) await sleep(20);
  await server.call('settle');
  return { url, call, startedSeconds };
}
