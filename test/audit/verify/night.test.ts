import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepHeads } from '../../../src/audit/checkpoints/heads.ts';
import { BY_NIGHT, type Checks, createChecks } from '../../../src/audit/verify/night.ts';
import type { Verification } from '../../../src/audit/verify/verify.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { openTablesRig } from '../../log/tables/rig.ts';
import { collect } from '../../support/collect.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

const HOUR_MS = 3_600_000;
/** A Saturday, half an hour before the servers' night. */
const SATURDAY = Date.parse('2026-03-07T06:30:00.000Z');
const STREAM = operationStream('2026-03-07');

const findings = Array.from({ length: 30 }, (_, n) => ({ stream: 's', version: n + 1, kind: 'hash' }) as const);
const FOUND: Verification = {
  streams: 1,
  entries: 30,
  simulatedCalls: 0,
  findings,
  findingCount: 30,
  notes: [],
  noteCount: 0,
  restsOn: null,
  share: null,
};

/** Two handles on one log: of processes of their own where the store allows that, the owner's twice where it does not. */
type Opened = { readonly logs: readonly [CallEventLog, CallEventLog]; close(): Promise<void> };

async function inFile(): Promise<Opened> {
  const folder = await tempDir('night');
  const log = openSqliteLog(folder.file('log.db'));
  return {
    logs: [log, log],
    async close() {
      await log.close();
      await folder.remove();
    },
  };
}

async function inTables(): Promise<Opened> {
  const rig = await openTablesRig();
  return { logs: [await rig.open(), await rig.open()], close: rig.close };
}

for (const [where, open] of [
  ['in a file', inFile],
  ['in tables', inTables],
] as const) {
  const test = suite<Opened & { clock: VirtualClock }>(`the night of a log ${where}`);

  test.before.each(async (context) => {
    Object.assign(context, await open(), { clock: virtualClock(SATURDAY) });
  });
  test.after.each(({ close }) => close());

  const checksOf = (
    { logs, clock }: Opened & { clock: VirtualClock },
    which: 0 | 1,
    verify = async (_since: Date | null) => FOUND,
  ): Checks => createChecks({ log: keepHeads(logs[which], clock).log, clock, process: `process-${which}`, verify });

  test('of two processes that begin at once one has it', async (context) => {
    const claims = await Promise.all([checksOf(context, 0), checksOf(context, 1)].map((one) => one.claimNight()));
    assert.equal(
      claims.filter((scope) => scope !== null),
      ['recent'],
    );
    assert.is((await context.logs[0].read(STREAM)).length, 1);
  });

  test('whoever comes later in the same night has none, and the next night is whole and anybody’s', async (context) => {
    assert.is(await checksOf(context, 0).claimNight(), 'recent');
    await context.clock.advance(HOUR_MS);
    assert.is(await checksOf(context, 1).claimNight(), null);
    await context.clock.advance(24 * HOUR_MS);
    assert.is(await checksOf(context, 1).claimNight(), 'all');
  });

  test('beginning and result are entries: who did it, and the first of what was found', async (context) => {
    const asked: (Date | null)[] = [];
    const checks = checksOf(context, 0, async (since) => {
      asked.push(since);
      return FOUND;
    });
    const scope = await checks.claimNight();
    await checks.run({ scope: scope!, actor: BY_NIGHT });
    const entries = await context.logs[1].read(STREAM);
    assert.equal(
      entries.map(({ type, id, actor }) => [type, id, actor]),
      [
        ['BeginVerification', 'night/2026-03-07', 'server'],
        ['EndVerification', 'process-0/2026-03-07T06:30:00.000Z', 'server'],
      ],
    );
    const [begun, ended] = entries.map(({ data }) => JSON.parse(data));
    assert.equal(begun, { process: 'process-0' });
    const { findings: kept, ...counts } = ended;
    assert.equal(kept, findings.slice(0, 20));
    assert.equal(counts, {
      scope,
      streams: 1,
      entries: 30,
      simulatedCalls: 0,
      findingCount: 30,
      noteCount: 0,
      restsOn: null,
    });
    assert.equal(asked, [new Date(SATURDAY - 48 * HOUR_MS)]);
  });

  test('what was found is told also when the log does not take it', async (context) => {
    const told: number[] = [];
    const { logs, clock } = context;
    const deaf: CallEventLog = { ...logs[0], append: () => Promise.reject(new Error('away')) };
    const checks = createChecks({ log: deaf, clock, process: 'p', verify: async () => FOUND });
    const run = checks.run({ scope: 'all', actor: 'x', onFound: ({ findingCount }) => void told.push(findingCount) });
    assert.is(
      await run.then(
        () => 'recorded',
        ({ message }) => message,
      ),
      'away',
    );
    assert.equal(told, [30]);
  });

  test('a check of hours is registered in the hour in which it ends, where a look for heads will find it', async (context) => {
    const { clock, logs } = context;
    const checks = checksOf(context, 0, async () => {
      await clock.advance(3 * HOUR_MS);
      return FOUND;
    });
    await checks.claimNight();
    await checks.run({ scope: 'all', actor: BY_NIGHT });
    assert.equal(await collect(logs[0].registered(new Date('2026-03-07T09:00:00.000Z'))), [STREAM]);
  });

  test.run();
}
