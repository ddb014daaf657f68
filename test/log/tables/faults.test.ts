import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, type Entry, headOf } from '../../../src/domain/entries.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { contract } from '../contract.ts';
import { accepted, newEntry } from '../samples.ts';
import { openTablesRig, type TablesRig } from './rig.ts';

/** So many tries that faults at these rates do not use them up. */
const PATIENT = { tries: 8 };

let opened = 0;
contract({
  name: 'azure tables behind a lossy proxy',
  async open() {
    const rig = await openTablesRig(++opened);
    rig.proxy.setFaults({ lostAnswer: 0.06, cutAnswer: 0.02, failedAfter: 0.04, busy: 0.04, delay: 0.1 });
    return {
      log: await rig.open(PATIENT),
      reopen: () => rig.open(PATIENT),
      async cleanup() {
        assert.ok(rig.proxy.counts().total > 0);
        await rig.close();
      },
    };
  },
});

const test = suite<{ rig: TablesRig }>('tables log under faults');
test.before.each(async (context) => {
  context.rig = await openTablesRig(7);
});
test.after.each(({ rig }) => rig.close());

const STREAMS = ['a', 'b', 'c'];
const PROCESSES = 3;
const APPENDERS_PER_PROCESS = 6;
const ENTRIES_PER_APPENDER = 8;

/** What the appenders were told. */
type Told = { readonly acknowledged: Set<string>; readonly refused: Set<string>; conflicts: number; unknown: number };

/**
 * Appends as the recorder does: reads the stream, appends after its head; after a conflict or an unknown outcome reads
 * again and appends only what is not there.
 */
async function append(log: CallEventLog, stream: string, id: string, count: number, told: Told): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => `${id}.${n}`);
  for (let unknown = false; ; ) {
    const read = await untilAnswered(() => log.read(stream));
    const there = read.filter((entry) => ids.includes(entry.id)).length;
    assert.ok(there === 0 || there === count, 'all entries of an append, or none');
    if (there > 0) return void told.acknowledged.add(id);
    const head = headOf(read);
    const result = await log
      .append(
        stream,
        head,
        ids.map((one) => newEntry(one)),
      )
      .catch(codeOf);
    // Nothing was written, so this id must never appear: the appender gives up.
    if (result === 'LOG_UNAVAILABLE') return void told.refused.add(id);
    if (result === 'LOG_UNKNOWN_OUTCOME') {
      unknown = true;
      told.unknown += 1;
    }
    if (typeof result === 'string') continue;
    if ('entries' in result) return void told.acknowledged.add(id);
    told.conflicts += 1;
    const [next] = await untilAnswered(() => log.read(stream, head.version + 1));
    assert.ok(next, 'after a conflict there is something behind the head');
    assert.ok(unknown || !ids.includes(next.id), "it is another's, unless an append of unknown outcome came late");
  }
}

function codeOf(error: unknown): string {
  if (error instanceof LogError) return error.code;
  throw error;
}

async function untilAnswered(read: () => Promise<readonly Entry[]>): Promise<readonly Entry[]> {
  for (let tries = 0; tries < 50; tries++) {
    const result = await read().catch(codeOf);
    if (typeof result !== 'string') return result;
    assert.is(result, 'LOG_UNAVAILABLE');
  }
  throw new Error('no read was answered');
}

test('many writers, every fault: what was acknowledged is there once, what was refused is not, chains are sound', async ({
  rig,
}) => {
  const logs = await Promise.all(Array.from({ length: PROCESSES }, () => rig.open({ tries: 2 })));
  const told: Told = { acknowledged: new Set(), refused: new Set(), conflicts: 0, unknown: 0 };
  for (const stream of STREAMS) await logs[0]?.register(stream, new Date(0));
  const rate = 0.05;
  rig.proxy.setFaults({
    reset: rate,
    lostAnswer: rate,
    cutAnswer: rate,
    late: rate,
    busy: 4 * rate,
    failedBefore: rate,
    failedAfter: rate,
    delay: 0.2,
  });
  const appenders = logs.flatMap((log, process) =>
    Array.from({ length: APPENDERS_PER_PROCESS }, async (_, appender) => {
      for (let n = 0; n < ENTRIES_PER_APPENDER; n++) {
        const stream = STREAMS[(appender + n) % STREAMS.length]!;
        await append(log, stream, `${process}-${appender}-${n}`, 1 + (n % 3), told);
      }
    }),
  );
  await Promise.all(appenders);
  rig.proxy.setFaults({});

  const { faults } = rig.proxy.counts();
  assert.is(Object.keys(faults).length, 8, `every fault happened: ${JSON.stringify(faults)}`);
  assert.ok(told.conflicts > 10 && told.unknown > 0 && told.refused.size > 0, `${JSON.stringify({ ...told })}`);
  const stored = (await Promise.all(STREAMS.map((stream) => logs[0]!.read(stream)))).flat().map(({ id }) => id);
  assert.is(new Set(stored).size, stored.length, 'no entry is there twice');
  assert.equal([...new Set(stored.map((id) => id.replace(/\.\d$/, '')))].sort(), [...told.acknowledged].sort());
  assert.is(told.acknowledged.size + told.refused.size, PROCESSES * APPENDERS_PER_PROCESS * ENTRIES_PER_APPENDER);
  assert.equal((await verifyLog(logs[0]!)).findings, []);
});

test('of twenty processes at one head exactly one wins, though answers are lost', async ({ rig }) => {
  const logs = await Promise.all(Array.from({ length: 20 }, () => rig.open(PATIENT)));
  rig.proxy.setFaults({ lostAnswer: 0.15, failedAfter: 0.1, delay: 0.3 });
  for (let round = 0, head = EMPTY_HEAD; round < 4; round++) {
    const entries = (n: number) => Array.from({ length: 1 + (n % 2) }, (_, k) => newEntry(`${round}-${n}-${k}`));
    const results = await Promise.all(logs.map((log, n) => log.append('s', head, entries(n))));
    const [winner, ...others] = results.filter((result) => 'entries' in result);
    assert.ok(winner && others.length === 0);
    const won = accepted(winner);
    assert.equal(await logs[0]!.read('s', head.version + 1), won);
    head = headOf(won);
  }
});

test.run();
