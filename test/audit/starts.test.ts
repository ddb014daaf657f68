import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { recordStart } from '../../src/audit/starts.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { openSqliteLog } from '../../src/log/sqlite/log.ts';
import { collect } from '../support/collect.ts';
import { type FaultyLog, faultyLog } from '../support/faulty-log.ts';
import { type JournalLine, journalInto } from '../support/journal.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const test = suite<{ dir: TempDir; log: FaultyLog; opened: CallEventLog }>('starts of servers');
test.before.each(async (context) => {
  context.dir = await tempDir('starts');
  context.opened = openSqliteLog(context.dir.file('log.db'));
  context.log = faultyLog(context.opened);
});
test.after.each(async ({ dir, opened }) => {
  await opened.close();
  await dir.remove();
});

const START = {
  at: '2026-11-25T23:59:59.000Z',
  version: '0.1.0',
  process: '00000000-0000-4000-8000-000000000001',
  verifierKey: 'plan.example/callistra+00000000+key',
  settings: { port: 8_080, log: 'file' },
};
const DAY = 'operation:2026-11-25';

test('a start stands in the day’s stream, which is registered, with version, process, key and settings', async ({
  log,
}) => {
  recordStart(log, START, virtualClock(), journalInto([]));
  await until('the entry', async () => (await log.read(DAY)).length === 1);
  const [entry] = await log.read(DAY);
  const { at, ...body } = START;
  assert.equal([entry?.type, entry?.actor, entry?.at, entry?.id], ['StartServer', 'server', at, START.process]);
  assert.equal(JSON.parse(entry!.data), body);
  assert.equal(await collect(log.registered()), [DAY]);
});

test('starts of one day stand in one stream, one after the other', async ({ log }) => {
  for (const process of ['a', 'b', 'c']) recordStart(log, { ...START, process }, virtualClock(), journalInto([]));
  await until('all', async () => (await log.read(DAY)).length === 3);
});

test('a log that is away is tried again until it takes the entry, and once', async ({ log }) => {
  const [clock, lines] = [virtualClock(), [] as JournalLine[]];
  log.fail(['refused', 'committed'], /^operation:/);
  recordStart(log, START, clock, journalInto(lines));
  await until('the first try', () => lines.length === 1);
  assert.equal(await log.read(DAY), []);
  await clock.advance(5_000);
  await until('the second try', () => lines.length === 2);
  await clock.advance(5_000);
  await until('the third', () => clock.alarms() === 0);
  assert.is((await log.read(DAY)).length, 1);
  assert.equal(
    lines.map(({ fields }) => fields['code']),
    ['LOG_UNAVAILABLE', 'LOG_UNKNOWN_OUTCOME'],
  );
});

test('who closes tries no more', async ({ log }) => {
  const [clock, lines] = [virtualClock(), [] as JournalLine[]];
  log.fail(['refused'], /^operation:/);
  const giveUp = recordStart(log, START, clock, journalInto(lines));
  await until('the first try', () => lines.length === 1);
  giveUp();
  assert.is(clock.alarms(), 0);
});

test.run();
