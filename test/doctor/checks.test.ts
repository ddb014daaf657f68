import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { runChecks } from '../../src/doctor/check.ts';
import { checksOf } from '../../src/doctor/doctor.ts';
import type { CheckpointParts, Database, DatabaseFacts, Openers } from '../../src/doctor/openers.ts';

const LIMIT_MS = 1_000;

const ACCOUNT = 'AccountName=plan;AccountKey=c2VjcmV0';

const ON_AZURE = readConfig({
  TABLES_CONNECTION_STRING: ACCOUNT,
  QUEUE_CONNECTION_STRING: ACCOUNT,
  SQL_CONNECTION_STRING: 'Server=localhost;Database=callistra',
  SIMULATOR: 'true',
  CALLBACK_SECRET_KEY: 'k'.repeat(32),
});

const SOUND: DatabaseFacts = { version: 'SQL 1', pending: [], canWrite: true, readCommittedSnapshot: true };

function database(facts: Partial<DatabaseFacts> = {}, close = (): void => {}): Database {
  return {
    check: async () => ({ ...SOUND, ...facts }),
    members: { list: async () => [] },
    close: async () => close(),
  };
}

/** What it says would be the finding. */
async function unasked(why: string): Promise<never> {
  throw new Error(why);
}

/** Checkpoints in a container that is locked. */
const SAFE: CheckpointParts = {
  missing: null,
  place: 'the container',
  signsAs: 'calls.example/callistra',
  probe: async () => {},
  isLocked: async () => true,
  sharesDisk: false,
};

/** Parts that nothing is wrong with. */
const WELL: Openers = {
  now: () => 0,
  questionnaire: async () => ({ id: 'q', version: 1 }),
  apiKeys: () => [],
  staffNames: () => new Map(),
  callbackKey: () => 1,
  wideFiles: () => null,
  credential: async () => ({ getToken: async () => 'token' }),
  tables: async () => ({
    unreadable: async () => null,
    add: async () => ({ isAllowed: true, status: 204 }),
    change: async () => ({ isAllowed: false, status: 403 }),
    remove: async () => ({ isAllowed: false, status: 403 }),
    places: async () => ({ isAllowed: true, status: 412, table: 'Dialling' }),
    date: () => new Date(0).toUTCString(),
  }),
  sql: async () => database(),
  queues: async () => ({ check: async () => [{ queue: 'calls', problem: null }], close: async () => {} }),
  telephony: () => unasked('no ACS is set up'),
  refusal: () => ({ result: 'provider-failure', means: 'other', mayBeDone: false }),
  topic: () => unasked('no topic is set up'),
  checkpoints: async () => SAFE,
};

async function examine(openers: Partial<Openers>, limitMs = LIMIT_MS) {
  const results = await runChecks(checksOf(ON_AZURE, { ...WELL, ...openers }), limitMs);
  const of = (name: string) => results.find((result) => result.name === name);
  return { of, failed: results.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name) };
}

test('a part is opened when its check runs and not before, and closed again', async () => {
  const seen: string[] = [];
  const sql = async () => {
    seen.push('opened');
    return database({}, () => seen.push('closed'));
  };
  const checks = checksOf(ON_AZURE, { ...WELL, sql });
  assert.equal(seen, []);
  await runChecks(checks, LIMIT_MS);
  assert.equal(seen, ['opened', 'closed']);
});

test('a part that a check has thrown at is closed too, and what it threw is the finding', async () => {
  let closed = 0;
  const check = () => Promise.reject(Object.assign(new Error('nobody there'), { code: 'GONE' }));
  const { of } = await examine({ sql: async () => ({ ...database({}, () => closed++), check }) });
  assert.equal(of('SQL'), { name: 'SQL', verdict: 'failed', detail: 'GONE nobody there' });
  assert.is(closed, 1);
});

test('a part that cannot be opened is a finding; the others find what they find', async () => {
  const refuse = async () => {
    throw new Error('bad address');
  };
  const { of, failed } = await examine({ queues: refuse, tables: refuse });
  assert.equal(failed, ['tables', 'queues']);
  assert.is(of('queues')?.detail, 'bad address');
  assert.is(of('SQL')?.verdict, 'ok');
});

test('a part that never opens is said not to answer', async () => {
  const { of } = await examine({ sql: () => new Promise(() => {}) }, 10);
  assert.equal(of('SQL'), { name: 'SQL', verdict: 'failed', detail: 'no answer in 0.01 s' });
});

const DATABASES: readonly (readonly [string, Partial<DatabaseFacts>, string, RegExp])[] = [
  ['a sound database', {}, 'ok', /^SQL 1; migrated, may be written, members can be read$/],
  [
    'a database that was not migrated',
    { pending: ['2', '3'] },
    'failed',
    /not migrated: 2, 3; run "callistra migrate"$/,
  ],
  ['a login that may not write', { canWrite: false }, 'failed', /may not write the read models$/],
  ['readers that wait for writers', { readCommittedSnapshot: false }, 'warning', /READ_COMMITTED_SNAPSHOT is off/],
];

for (const [what, facts, verdict, detail] of DATABASES) {
  test(`${what}: ${verdict}`, async () => {
    const { of } = await examine({ sql: async () => database(facts) });
    assert.is(of('SQL')?.verdict, verdict);
    assert.match(of('SQL')?.detail ?? '', detail);
  });
}

test('tables that cannot be read or added to are named, and nothing more is tried', async () => {
  const rights = await WELL.tables(ON_AZURE.tables!);
  const no = () => unasked('tried all the same');
  const hidden = { ...rights, unreadable: async () => ({ table: 'Events', why: '403 Forbidden' }), add: no };
  assert.is(
    (await examine({ tables: async () => hidden })).of('tables')?.detail,
    'Events cannot be read: 403 Forbidden',
  );
  const full = { ...rights, add: async () => ({ isAllowed: false, status: 403 }), change: no, remove: no };
  assert.is((await examine({ tables: async () => full })).of('tables')?.detail, 'entries cannot be added (403)');
  const stuck = {
    ...rights,
    places: async () => ({ isAllowed: false, status: 403, table: 'PlanDialling' }),
    change: no,
  };
  assert.match(
    (await examine({ tables: async () => stuck })).of('tables')?.detail ?? '',
    'PlanDialling cannot be changed (403)',
  );
});

test('a machine that is more than 5 s off the storage’s time is named', async () => {
  const rights = await WELL.tables(ON_AZURE.tables!);
  for (const [date, verdict] of [
    [1_000, 'ok'],
    [-6_000, 'ok'],
    [7_000, 'warning'],
    [-56_000, 'warning'],
  ] as const) {
    const { of } = await examine({ tables: async () => ({ ...rights, date: () => new Date(date).toUTCString() }) });
    assert.is(of('tables')?.verdict, verdict, `${date}`);
  }
});

test('queues are named with what is wrong with each', async () => {
  const found = [
    { queue: 'calls', problem: null },
    { queue: 'poison', problem: 'QUEUE_MISSING' },
  ];
  const { of } = await examine({ queues: async () => ({ check: async () => found, close: async () => {} }) });
  assert.is(of('queues')?.detail, 'poison: QUEUE_MISSING');
});

const PLACES: readonly (readonly [what: string, parts: Partial<CheckpointParts>, verdict: string, detail: RegExp])[] = [
  ['a locked container', {}, 'ok', /keeps what lies there; signed as calls.example/],
  ['one that is not locked', { isLocked: async () => false }, 'warning', /no immutability policy/],
  ['one that does not say', { isLocked: async () => null }, 'ok', /does not show/],
  ['none that could be signed for', { missing: 'missing: CHECKPOINT_KEY' }, 'warning', /CHECKPOINT_KEY/],
  ['no key yet', { signsAs: null }, 'ok', /first start/],
  ['the disk of the log', { sharesDisk: true }, 'warning', /disk of the log/],
  ['a place that cannot be used', { probe: () => unasked('it is read-only') }, 'failed', /read-only/],
];

for (const [what, parts, verdict, detail] of PLACES) {
  test(`of checkpoints in ${what} it says what that is worth`, async () => {
    const { of } = await examine({ checkpoints: async () => ({ ...SAFE, ...parts }) });
    assert.is(of('checkpoints')?.verdict, verdict);
    assert.match(of('checkpoints')?.detail ?? '', detail);
  });
}

test('of checkpoints in a folder it says where', async () => {
  const { isLocked: _, ...folder } = SAFE;
  const { of } = await examine({ checkpoints: async () => ({ ...folder, place: '/var/tree' }) });
  assert.equal(of('checkpoints'), {
    name: 'checkpoints',
    verdict: 'ok',
    detail: '/var/tree; signed as calls.example/callistra',
  });
});

test.run();
