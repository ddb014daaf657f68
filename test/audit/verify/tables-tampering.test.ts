import { TableClient } from '@azure/data-tables';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { openTablesLog } from '../../../src/log/tables/log.ts';
import { newEntry } from '../../log/samples.ts';
import { noWait, openTablesRig, type TablesRig } from '../../log/tables/rig.ts';
import { type MemoryStore, memoryStore } from '../../support/checkpoint-store.ts';
import { CALL, DEEDS, INVENTED, LENGTH, MEMBER, OTHER_CALL } from './deeds.ts';
import { createSealer, KEY } from './sealing.ts';
import { tablesForger } from './tables-forger.ts';

/** The service dates rows by itself, so this history has to be of today. */
const NOW = Date.now();
const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
const THEN = hoursAgo(8);

type Context = {
  rig: TablesRig;
  log: Awaited<ReturnType<typeof openTablesLog>>;
  store: MemoryStore;
  forger: ReturnType<typeof tablesForger>;
};
const test = suite<Context>('tampering with tables');

test.before(async (context) => {
  context.rig = await openTablesRig();
  const { store, prefix, events } = context.rig;
  const access = { connectionString: store.connectionString };
  context.log = await openTablesLog(access, { writeId: () => 'w', prefix, wait: noWait });
  const register = TableClient.fromConnectionString(store.connectionString, `${prefix}Register`, {
    allowInsecureConnection: true,
  });
  context.forger = tablesForger(events, register);
  context.store = memoryStore();
  for (const stream of [MEMBER, CALL, OTHER_CALL]) {
    await context.log.register(stream, new Date(THEN));
    const entries = Array.from({ length: LENGTH }, (_, n) => newEntry(`${stream} ${n}`, { at: THEN, cause: 'c' }));
    await context.log.append(stream, EMPTY_HEAD, entries);
  }
  const sealer = createSealer(context.log, context.store);
  await sealer.begin(THEN);
  await sealer.seal({ at: hoursAgo(0.5), lookedThrough: hoursAgo(5) });
  await sealer.seal({ at: hoursAgo(0.2), lookedThrough: hoursAgo(2) });
});
test.after(async ({ rig, log }) => {
  await log.close();
  await rig.close();
});

function verified({ log, store }: Context) {
  const anchors = { key: KEY, known: [], witnesses: [], quorum: 0 };
  return verifyLog(log, { inspection: log.inspection, tree: { store, anchors, lateBefore: hoursAgo(0.1) } });
}

test('an honest log in tables has no finding', async (context) => {
  const { findings, notes } = await verified(context);
  assert.equal(findings, []);
  assert.equal(notes, []);
});

/** At both ends of a stream: what lies between is tried on files. */
const TRIED = DEEDS.filter(({ what }) => !/(entry|before) [23]\b/.test(what));

for (const { what, stream, forge, found, unregister } of TRIED) {
  test(`${what}: found and named in tables too`, async (context) => {
    const { log, forger } = context;
    const [entries, other] = [await log.read(stream), await log.read(OTHER_CALL)];
    await forger.put(stream, forge(entries, other, THEN));
    if (unregister) await forger.unregister(stream);
    const { findings } = await verified(context);
    await forger.put(stream, entries);
    if (unregister && stream !== INVENTED) await forger.register(stream);
    const named = findings.filter((finding) => finding.stream === stream && found.includes(finding.kind));
    assert.ok(named.length > 0, JSON.stringify(findings));
  });
}

test('rows that were taken out and put back are found by the time that the service gives them', async (context) => {
  const { log, store } = context;
  const entries = await log.read(CALL);
  assert.ok(entries.length === LENGTH);
  const anchors = { key: KEY, known: [], witnesses: [], quorum: 0 };
  const inspection = {
    ...log.inspection,
    // As a service would say a day later, which no test can wait for.
    storedAt: async (stream: string) => {
      const times = [...(await log.inspection.storedAt!(stream))];
      return new Map(times.map(([version, time]) => [version, stream === CALL ? hoursAgo(-24) : time]));
    },
  };
  const { findings } = await verifyLog(log, { inspection, tree: { store, anchors, lateBefore: hoursAgo(0.1) } });
  assert.equal(
    findings.map(({ stream, kind }) => [stream, kind]),
    [[CALL, 'stored-late']],
  );
});

test.run();
