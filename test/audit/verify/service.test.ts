import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createChecks } from '../../../src/audit/verify/night.ts';
import { createVerifications, type Verifications } from '../../../src/audit/verify/service.ts';
import type { Verification } from '../../../src/audit/verify/verify.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { type JournalLine, journalInto } from '../../support/journal.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

type Context = { folder: TempDir; log: CallEventLog; clock: VirtualClock; runs: (Date | null)[]; lines: JournalLine[] };
const test = suite<Context>('verifications');

/** A Saturday, five hours before the night. */
const SATURDAY = Date.parse('2026-03-07T02:00:00.000Z');
const HOUR_MS = 3_600_000;

const CLEAN: Verification = {
  streams: 1,
  entries: 2,
  simulatedCalls: 0,
  findings: [],
  findingCount: 0,
  notes: [],
  noteCount: 0,
  restsOn: null,
  share: null,
};

test.before.each(async (context) => {
  context.folder = await tempDir('verifications');
  context.log = openSqliteLog(context.folder.file('log.db'));
  context.clock = virtualClock(SATURDAY);
  context.runs = [];
  context.lines = [];
});
test.after.each(async ({ folder, log }) => {
  await log.close();
  await folder.remove();
});

function server({ log, clock, runs, lines }: Context, process: string, result: Verification = CLEAN): Verifications {
  const verifications = createVerifications({
    log,
    clock,
    process,
    journal: journalInto(lines),
    verify: async (since) => {
      runs.push(since);
      return result;
    },
  });
  verifications.nightly();
  return verifications;
}

async function advance({ clock }: Context, hours: number): Promise<void> {
  for (let quarter = 0; quarter < hours * 4; quarter += 1) await clock.advance(HOUR_MS / 4);
}

test('of two servers one verifies the log each night: what has moved, and once a week everything', async (context) => {
  const servers = [server(context, 'a'), server(context, 'b')];
  await advance(context, 24);
  assert.is(context.runs.length, 1);
  assert.ok(context.runs[0] instanceof Date);
  await advance(context, 24);
  assert.is(context.runs.length, 2);
  assert.is(context.runs[1], null);
  for (const each of servers) each.close();
});

test('what it found is an entry, and a server that starts later knows it', async (context) => {
  const findings = [{ stream: 's', version: 3, kind: 'rewritten' }] as const;
  const first = server(context, 'a', { ...CLEAN, findings, findingCount: 1 });
  await advance(context, 8);
  first.close();
  const entries = await context.log.read(operationStream('2026-03-07T07:00:00.000Z'));
  assert.equal(
    entries.map(({ type }) => type),
    ['BeginVerification', 'EndVerification'],
  );
  assert.ok(context.lines.some(({ level }) => level === 'error'));
  const later = server(context, 'c');
  await context.clock.advance(1);
  assert.equal(later.status().last?.findings, findings);
  later.close();
});

test('whoever asks has it begun at once, but not twice at a time', async (context) => {
  const { log, clock } = context;
  let finish = (_result: Verification): void => {};
  const asked = createVerifications({
    log,
    clock,
    process: 'a',
    journal: journalInto([]),
    verify: (_since, onProgress) => {
      onProgress({ ...CLEAN, entries: 1 });
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
  });
  assert.ok(asked.begin('compliance:anna'));
  assert.not(asked.begin('compliance:anna'));
  assert.is(asked.status().underWay?.entries, 1);
  finish(CLEAN);
  await clock.advance(1);
  assert.is(asked.status().underWay, null);
  assert.is(asked.status().last?.actor, 'compliance:anna');
  asked.close();
});

test('a check that fails is told, and the next night has its own', async (context) => {
  const { log, clock, lines } = context;
  const failing = createVerifications({
    log,
    clock,
    process: 'a',
    journal: journalInto(lines),
    verify: () => Promise.reject(new Error('the tree is away')),
  });
  failing.nightly();
  await advance(context, 24);
  assert.is(lines.filter(({ message }) => message === 'the log could not be verified').length, 1);
  assert.is(failing.status().last, null);
  await advance(context, 24);
  assert.is(lines.filter(({ message }) => message === 'the log could not be verified').length, 2);
  failing.close();
});

/** A job, such as a platform starts before the night of the servers. */
async function job({ log, clock }: Context, result: Verification): Promise<void> {
  const checks = createChecks({ log, clock, process: 'job', verify: async () => result });
  const scope = await checks.claimNight();
  await checks.run({ scope: scope!, actor: 'server' });
}

test('a night that a job has taken is no server’s, and what the job found a running server knows at its next look', async (context) => {
  const running = server(context, 'a');
  await advance(context, 4.5);
  assert.is(running.status().last, null);
  await job(context, { ...CLEAN, findingCount: 3 });
  await advance(context, 0.25);
  assert.is(running.status().last?.findingCount, 3);
  await advance(context, 20);
  assert.equal(context.runs, []);
  await job(context, { ...CLEAN, findingCount: 4 });
  await advance(context, 0.25);
  assert.is(running.status().last?.findingCount, 4);
  running.close();
});

test('a running server reads of a day what was added to it, and not all of it again', async (context) => {
  const { log } = context;
  const asked: number[] = [];
  const read = (stream: string, from = 1) => {
    asked.push(from);
    return log.read(stream, from);
  };
  await job(context, CLEAN);
  const running = server({ ...context, log: { ...log, read } }, 'a');
  await advance(context, 1);
  assert.equal(asked.slice(0, 2), [1, 1]);
  assert.ok(asked.length > 8);
  assert.ok(asked.slice(2).every((from, index) => from === (index % 2 === 0 ? 3 : 1)));
  running.close();
});

test('a day that cannot be read keeps nobody from verifying the next', async (context) => {
  const { log, lines } = context;
  const damaged = operationStream('2026-03-06');
  const read = (stream: string, from?: number) =>
    stream === damaged ? Promise.reject(new LogError('LOG_CORRUPT', 'damaged')) : log.read(stream, from);
  const running = server({ ...context, log: { ...log, read } }, 'a');
  await advance(context, 8);
  assert.is(context.runs.length, 1);
  assert.equal(running.status().last?.findings, []);
  assert.ok(lines.some(({ message }) => message === 'what others have verified could not be looked up'));
  running.close();
});

test.run();
