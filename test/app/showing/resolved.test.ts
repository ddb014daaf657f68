import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CheckpointHealth, HEALTH_PROBLEMS, type HealthProblem, NO_CHECKPOINTS } from '../../../src/app/api.ts';
import type { CallAppDeps, RunningCallApp } from '../../../src/app/call-app.ts';
import { EMPTY_HEAD, headOf, type NewEntry } from '../../../src/domain/entries.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';
import { initiated } from '../samples.ts';

const LOST = '019aab00-0000-7000-8000-00000000dead';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What can go wrong around the application, for a test to switch on and off. */
type World = {
  readonly clock: VirtualClock;
  readonly log: FaultyLog;
  app: RunningCallApp;
  rig: Rig;
  finding: string | null;
  freeBytes: number;
  refusesRows: (callSessionId: string) => boolean;
  readModels: string[];
  members: string[];
  untold: boolean;
  checkpoints: CheckpointHealth;
  signingKeys: readonly string[];
  apiKeys: string | null;
  clockOff: number | null;
};

const test = suite<World>('problems that were resolved');
test.before.each(async (world) => {
  const clock = virtualClock();
  const rig = await openRig({ clock });
  const quiet = {
    finding: null,
    freeBytes: 1_000,
    refusesRows: () => false,
    readModels: [],
    members: [],
    untold: false,
    signingKeys: [],
    apiKeys: null,
    clockOff: null,
  };
  Object.assign(world, { clock, rig, log: faultyLog(rig.stores.log), checkpoints: NO_CHECKPOINTS, ...quiet });
});
test.after.each(({ rig }) => rig.close());

async function start(world: World): Promise<void> {
  const { readStore, members } = world.rig.stores;
  const changes: Partial<CallAppDeps> = {
    log: world.log,
    logFinding: world.finding,
    findLogAgain: async () => world.finding,
    logDisk: { reserveBytes: 10, freeBytes: async () => world.freeBytes },
    readStore: {
      ...readStore,
      problems: () => world.readModels,
      async write(calls) {
        if (calls.some(({ session }) => world.refusesRows(session.callSessionId))) throw new Error('refused');
        return readStore.write(calls);
      },
    },
    members: { find: members.find, list: members.list, search: members.search, problems: () => world.members },
    noticePublisher: {
      async publish() {
        if (world.untold) throw new Error('the topic is gone');
      },
    },
    checkpoints: () => world.checkpoints,
    signingKeys: () => world.signingKeys,
    apiKeysTrouble: () => world.apiKeys,
    clockOff: () => world.clockOff,
  };
  world.app = await world.rig.start(changes);
}

async function call({ app }: World, memberId: string): Promise<string> {
  const opened = await app.initiate({ memberId, actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.idle();
  return opened.callSessionId;
}

/** Adds what only a later release can read, or what ends such a call, behind its back. */
async function append({ rig }: World, stream: string, entry: Partial<NewEntry>): Promise<void> {
  const entries = await rig.stores.log.read(stream);
  const { log } = rig.stores;
  const added = { ...initiated(QUESTIONNAIRE), at: entries.at(-1)?.at ?? '2026-03-02T15:00:00.000Z', ...entry };
  assert.not.ok('conflict' in (await log.append(stream, headOf(entries, EMPTY_HEAD), [added])));
}

type Act = (world: World) => Promise<unknown> | unknown;
type Row = { readonly before?: Act; readonly raise: Act; readonly resolve: Act };

const vouched = (trouble: Partial<CheckpointHealth>): Row => ({
  raise(world) {
    world.checkpoints = { ...NO_CHECKPOINTS, ...trouble };
  },
  resolve(world) {
    world.checkpoints = NO_CHECKPOINTS;
  },
});

const told = <Part extends 'signingKeys' | 'apiKeys' | 'clockOff'>(
  part: Part,
  trouble: World[Part],
  none: World[Part],
): Row => ({
  raise(world) {
    world[part] = trouble;
  },
  resolve(world) {
    world[part] = none;
  },
});

const diskLow: Row = {
  async raise(world) {
    world.freeBytes = 1;
    await world.clock.advance(10_000);
  },
  async resolve(world) {
    world.freeBytes = 1_000;
    await world.clock.advance(10_000);
  },
};

const listed = (which: 'readModels' | 'members'): Row => ({
  raise: (world) => world[which].push('damaged'),
  resolve: (world) => world[which].splice(0),
});

/** Every code, how it comes and how it is resolved; or where that is shown. */
const ROWS: Readonly<Record<HealthProblem, Row | string>> = {
  LOG_UNAVAILABLE: {
    async raise(world) {
      world.log.full('the disk is full');
      await world.app.recordCallbacks(LOST, [callback('CallConnected', {})]).catch(() => {});
    },
    async resolve(world) {
      world.log.full(null);
      await world.clock.advance(10_000);
    },
  },
  LOG_BEHIND: {
    before(world) {
      world.finding = 'the log lacks entries';
    },
    raise() {},
    async resolve(world) {
      world.finding = null;
      await world.clock.advance(MINUTE_MS);
    },
  },
  DISK_LOW: diskLow,
  DIALLING_PAUSED: diskLow,
  READ_MODELS_BEHIND: {
    async raise(world) {
      world.refusesRows = () => true;
      await world.app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
      await world.clock.advance(40_000);
    },
    async resolve(world) {
      world.refusesRows = () => false;
      await world.clock.advance(10_000);
    },
  },
  CALL_WITHOUT_ROW: {
    async raise(world) {
      await call(world, 'M-1');
      const opened = await world.app.initiate({ memberId: 'M-2', actor: 'coordinator:ann' });
      assert.ok(opened.ok);
      world.refusesRows = (id) => id === opened.callSessionId;
      await world.clock.advance(1_000);
      await world.app.initiate({ memberId: 'M-3', actor: 'coordinator:ann' });
      await world.clock.advance(10_000);
    },
    async resolve(world) {
      world.refusesRows = () => false;
      await world.clock.advance(10_000);
    },
  },
  QUARANTINE: {
    raise: (world) => world.app.recordCallbacks(LOST, [callback('CallConnected', {})]),
    resolve: (world) =>
      world.app.discardManyQuarantined({
        meant: { filter: {}, limit: 10 },
        actor: 'operator:olga',
        reason: 'not ours',
      }),
  },
  NOTICES_UNPUBLISHED: {
    async raise(world) {
      world.untold = true;
      const id = await call(world, 'M-1');
      await world.app.cancel(id, 'coordinator:ann');
      await world.app.recordCallbacks(id, [callback('CallDisconnected', { callConnectionId: await legOf(world, id) })]);
      await world.clock.advance(MINUTE_MS);
    },
    async resolve(world) {
      world.untold = false;
      await world.clock.advance(5 * MINUTE_MS);
    },
  },
  READ_MODELS_DAMAGED: listed('readModels'),
  MEMBERS_DAMAGED: listed('members'),
  CALL_OF_LATER_RELEASE: {
    async raise(world) {
      await append(world, await call(world, 'M-1'), { id: 'theirs', type: 'WrittenLater' });
      await world.clock.advance(5 * MINUTE_MS);
    },
    async resolve(world) {
      const [id = ''] = world.app.health().findings.foreign;
      // The release that leads it has written its row: from then on nobody here looks at it.
      const rows = await world.rig.stores.readStore.bySession(id);
      const session = {
        ...rows!.session,
        status: 'Failed',
        disposition: 'busy',
        version: rows!.session.version + 9,
      } as const;
      await world.rig.stores.readStore.write([{ session, responses: [] }]);
      await world.clock.advance(5 * MINUTE_MS);
    },
  },
  EVENTS_CONTRADICT: {
    async raise(world) {
      const id = await call(world, 'M-1');
      for (const extra of ['one', 'two']) {
        await world.app.recordCallbacks(id, [callback('ParticipantsUpdated', { extra }, 'same')]);
      }
    },
    resolve: (world) => world.clock.advance(25 * HOUR_MS),
  },
  CHECKPOINT_FORK: vouched({ fork: 'somebody knows more' }),
  CHECKPOINT_LATE: vouched({ isLate: true }),
  CHECKPOINT_TROUBLE: vouched({ trouble: 'the disk is full' }),
  LOG_ALTERED: vouched({ verified: { at: '2026-03-01T07:00:00.000Z', findings: 2 } }),
  CALL_PARKED: 'test/app/requests/help.test.ts',
  SIGNING_KEYS_UNAVAILABLE: told('signingKeys', ['of ACS: nobody answers'], []),
  ROWS_NOT_SHARED: 'test/app/watching/others.test.ts',
  CLOCK_OFF: told('clockOff', 56_000, 900),
  API_KEYS_DAMAGED: told('apiKeys', 'it is no JSON', null),
  REMINDERS_UNHEARD: 'test/app/watching/reminders.test.ts',
  CALLER_REFUSED: 'the newest hundred calls of the number count: test/app/showing/findings.test.ts',
  CALLS_SIMULATED: 'a setting, which only a start reads',
};

async function legOf({ rig }: World, id: string): Promise<string> {
  const accepted = (await rig.stream(id)).find(({ type }) => type === 'Accepted');
  return JSON.parse(accepted!.data).callConnectionId;
}

for (const code of HEALTH_PROBLEMS) {
  const row = ROWS[code];
  if (typeof row === 'string') continue;
  test(`${code} is told while it is so, and not after`, async (world) => {
    const count = async (): Promise<number> => (await world.app.readiness()).problemCounts[code];
    await row.before?.(world);
    await start(world);
    if (!row.before) assert.is(await count(), 0);
    await row.raise(world);
    assert.ok((await count()) > 0, 'it is told');
    await row.resolve(world);
    await until(`${code} is over`, async () => (await count()) === 0);
  });
}

test.run();
