import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLogWatch, type LogWatch } from '../../../src/app/watching/log-watch.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { accepted, newEntry, rejectsWith } from '../../log/samples.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { journalInto } from '../../support/journal.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

type Context = {
  dir: TempDir;
  store: CallEventLog;
  log: FaultyLog;
  clock: VirtualClock;
  watch: LogWatch;
  said: string[];
  room: { enough: boolean };
};

const test = suite<Context>('log watch');
const SCRIPT = 'questionnaire:1';

test.before.each(async (context) => {
  context.dir = await tempDir('watch');
  context.store = openSqliteLog(context.dir.file('log.db'));
  context.log = faultyLog(context.store);
  context.clock = virtualClock();
  context.said = [];
  context.room = { enough: true };
  const { log, clock, room } = context;
  const journal = journalInto(context.said, ({ level, message }) => `${level}: ${message}`);
  context.watch = createLogWatch({ log, clock, journal, hasRoom: async () => room.enough });
  accepted(await context.watch.log.append(SCRIPT, EMPTY_HEAD, [newEntry('script')]));
  context.watch.start(SCRIPT);
});
test.after.each(async ({ watch, store, dir }) => {
  watch.close();
  await store.close();
  await dir.remove();
});

let streams = 0;
const append = ({ watch }: Context) => watch.log.append(`s${streams++}`, EMPTY_HEAD, [newEntry('a')]);
const trouble = ({ watch }: Context) => watch.status().trouble;

test('an append that the log cannot take is said at once, and one that it takes ends it', async (context) => {
  assert.is(trouble(context), null);
  for (const fault of ['refused', 'lost', 'committed'] as const) {
    context.log.fail([fault]);
    await rejectsWith(fault === 'refused' ? 'LOG_UNAVAILABLE' : 'LOG_UNKNOWN_OUTCOME', append(context));
    assert.match(String(trouble(context)), /the disk/);
    accepted(await append(context));
    assert.is(trouble(context), null);
  }
  assert.is(context.watch.status().failures, 3);
});

test('a registration that the log cannot take is said too: an initiate gets no further', async (context) => {
  context.log.full('the disk is full');
  await rejectsWith('LOG_UNAVAILABLE', context.watch.log.register('s', new Date(0)));
  assert.is(trouble(context), 'the disk is full');
});

test('an append that no log could take says nothing about this one', async (context) => {
  await rejectsWith(
    'LOG_TOO_LARGE',
    context.watch.log.append('s', EMPTY_HEAD, [newEntry('a', { data: 'x'.repeat(70_000) })]),
  );
  const nothing = context.watch.log.append('s', EMPTY_HEAD, []);
  assert.instance(await nothing.catch((error: unknown) => error), TypeError);
  assert.equal([trouble(context), context.watch.status().failures], [null, 0]);
});

test('without traffic it finds out by itself, every five seconds, that the log is well again', async (context) => {
  const { log, clock, said } = context;
  log.full('the disk is full');
  await rejectsWith('LOG_UNAVAILABLE', append(context));
  await context.clock.advance(60_000);
  assert.is(log.probes(), 12);
  assert.is(trouble(context), 'the disk is full');
  log.full(null);
  await clock.advance(5_000);
  await until('the disk has been tried', () => trouble(context) === null);
  await clock.advance(60_000);
  assert.is(log.probes(), 13, 'then it is left alone');
  assert.equal(said, ['error: the log takes no entries', 'info: the log takes entries again']);
});

test('after a failure it waits for room, as the next append might not fit', async (context) => {
  const { log, clock, room } = context;
  log.fail(['refused']);
  room.enough = false;
  await rejectsWith('LOG_UNAVAILABLE', append(context));
  await clock.advance(5_000);
  await until('the disk has been tried', () => trouble(context) === 'the disk has less room than DISK_RESERVE');
  room.enough = true;
  await clock.advance(5_000);
  await until('the disk has been tried', () => trouble(context) === null);
});

test('without room a log that takes entries is well', async (context) => {
  context.room.enough = false;
  await context.clock.advance(9_000);
  await context.watch.look();
  assert.is(trouble(context), null);
});

test('who asks has the log looked at when nothing was heard of it for eight seconds, once for all who ask', async (context) => {
  const { log, clock, watch } = context;
  await clock.advance(8_000);
  await watch.look();
  assert.is(log.probes(), 0);
  await clock.advance(1);
  await Promise.all([watch.look(), watch.look(), watch.look()]);
  assert.is(log.probes(), 1);
  await watch.look();
  assert.is(log.probes(), 1, 'it has been heard of just now');
  await clock.advance(8_001);
  log.full('the disk is full');
  await watch.look();
  assert.is(trouble(context), 'the disk is full');
  for (let asked = 0; asked < 10; asked += 1) await watch.look();
  assert.is(log.probes(), 2, 'who asks again and again does not press a sick store');
});

test('a clock that was set back does not keep it from looking', async (context) => {
  const { log, clock, watch } = context;
  clock.jump(-3_600_000);
  log.full('the disk is full');
  await clock.advance(8_001);
  await watch.look();
  assert.is(trouble(context), 'the disk is full');
});

test('a log that does not answer is as good as none, and whoever asks is not kept waiting', async (context) => {
  const { clock } = context;
  let answer = (): void => {};
  const silent: CallEventLog = {
    ...context.store,
    probe: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  };
  const watch = createLogWatch({ log: silent, clock, journal: journalInto([]), hasRoom: async () => true });
  watch.start(SCRIPT);
  await clock.advance(9_000);
  const looked = watch.look();
  await clock.advance(2_000);
  await looked;
  assert.is(watch.status().trouble, 'the log does not answer');
  answer();
  await clock.advance(5_000);
  assert.is(watch.status().trouble, null);
  watch.close();
});

test('that only a new process can write again is passed on', async ({ store, clock }) => {
  const shut = new LogError('LOG_UNAVAILABLE', 'the log has closed itself', { restart: true });
  const log: CallEventLog = { ...store, append: () => Promise.reject(shut) };
  const watch = createLogWatch({ log, clock, journal: journalInto([]), hasRoom: async () => true });
  assert.is(watch.status().restart, false);
  await rejectsWith('LOG_UNAVAILABLE', watch.log.append('s', EMPTY_HEAD, [newEntry('a')]));
  assert.is(watch.status().restart, true);
});

test('closed, it looks no more', async (context) => {
  context.log.full('the disk is full');
  await rejectsWith('LOG_UNAVAILABLE', append(context));
  context.watch.close();
  assert.is(context.clock.alarms(), 0);
});

test.run();
