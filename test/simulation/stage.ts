import type { ReadStore } from '../../projections/ports.ts';
import { startCallApp } from '../../src/app/call-app.ts';
import type { DialPolicy } from '../../src/domain/dial-policy.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { appDeps, QUESTIONNAIRE } from '../support/application.ts';
import { type Checker, createChecker } from './checker.ts';
import { createDamage, type Damage, damagedLog, damagedRows } from './damage.ts';
import { createDeliveries } from './deliveries.ts';
import { createFleet, type Fleet, type StartOf } from './fleet.ts';
import { logPort } from './log-port.ts';
import type { LogStore } from './log-tables.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import type { OlderBuild } from './older-life.ts';
import { createSimPlaces, placesPort } from './places-port.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';
import type { Life } from './port-call.ts';
import { createProvider } from './provider.ts';
import { createSimQueues, wakeUpsPort } from './queue-port.ts';
import type { Sim } from './sim.ts';
import { storePort } from './store-port.ts';
import { telephonyPort } from './telephony-port.ts';
import { createTrail, notingWriters, sealLog, type Trail } from './trail.ts';

/** All parts of one simulated world. */
export type Stage = {
  readonly sim: Sim;
  readonly log: MemoryLog;
  /** The log where it is kept, for those who read all of it in the end. */
  readonly kept: CallEventLog;
  readonly readStore: ReadStore;
  readonly damage: Damage;
  readonly checker: Checker;
  /** Null: nobody makes checkpoints. */
  readonly trail: Trail | null;
  readonly world: World;
  readonly fleet: Fleet;
  /** Ends what still runs an older build; from then on none does. */
  retireOlder(): void;
  /** What happens at the provider and on the way from it that is not over. */
  readonly underWay: () => number;
};

export type StageOptions = {
  readonly instances: number;
  readonly dialPolicy: DialPolicy;
  /** Open calls that the provider allows; 0 means no limit. */
  readonly callsPerCallerId: number;
  readonly planted?: Planted;
  /** Absent: the log is kept in memory. */
  readonly logStore?: LogStore;
  /** Instances share the places of calls, and leave word of deadlines through queues. */
  readonly isShared: boolean;
  /** How often checkpoints are made, in milliseconds; null: none are. */
  readonly checkpointsMs?: number | null;
  /** Absent: every life is of this build. */
  readonly older?: OlderBuild;
  /** Over one of which each life places its new calls; absent: over a number. */
  readonly lines?: readonly string[];
};

/** Of all lives, where there is an older build. */
const OLDER_RATE = 0.5;

/** What the number of every member begins with. */
const NUMBERS = '+1555';

/** The number of a member, `M-17`. */
export function numberOf(memberId: string): string {
  return `${NUMBERS}${1_000_000 + Number(memberId.slice(2))}`;
}

/** Puts the real application on a stage where everything else is played. */
export function createStage(sim: Sim, readStore: ReadStore, options: StageOptions): Stage {
  const { instances, callsPerCallerId, dialPolicy, planted = NOTHING_PLANTED, logStore } = options;
  const log = createMemoryLog(planted.chain);
  const damage = createDamage();
  const openLog = (): CallEventLog => damagedLog(damage, logStore?.open(sim, log) ?? log);
  const queues = options.isShared ? createSimQueues(sim) : null;
  const places = options.isShared ? createSimPlaces(sim, 1_000 / options.dialPolicy.callsPerSecond) : null;
  const words = Object.values(QUESTIONNAIRE.steps).map(({ text }) => text.slice(0, 30));
  const { concurrentCalls } = dialPolicy;
  const secrets = [NUMBERS, ...words];
  const checker = createChecker({
    sim,
    log,
    questionnaire: QUESTIONNAIRE,
    secrets,
    concurrentCalls,
    queues,
    places,
    damage,
  });
  const trail = options.checkpointsMs ? createTrail(options.checkpointsMs) : null;
  const olderLives: Life[] = [];
  let isRetired = false;
  const startOf: StartOf = (life, own) => {
    const plot = { sim, life };
    const isOlder = options.older !== undefined && !isRetired && sim.hit('old-life', OLDER_RATE);
    if (isOlder) olderLives.push(life);
    const clock = planted.clock?.(own.clock) ?? own.clock;
    const stored = trail ? notingWriters(trail, life, openLog()) : openLog();
    const bare = planted.log(logPort(sim, life, stored), plot);
    const sealed = trail && !isOlder ? sealLog(trail, { ...plot, planted }, bare, { ...own, clock }) : null;
    const deps = appDeps({
      ...own,
      clock,
      log: sealed?.log ?? bare,
      readStore: planted.readStore(storePort(sim, life, damagedRows(damage, readStore)), plot),
      telephony: planted.telephony(telephonyPort(sim, life, world, checker), plot),
      members: {
        find: async (memberId: string) => ({ memberId, phoneNumber: numberOf(memberId) }),
        list: async () => [],
        search: async () => ({ members: [], isPartial: false }),
      },
      dialPolicy,
      ...(options.lines && { callerId: sim.pick('line-of-life', options.lines)! }),
      callbackUrl: 'https://callistra.example/api/calls/events',
      ...(planted.decide && { decide: planted.decide(plot) }),
      ...(planted.step && { step: planted.step }),
      ...(queues && { wakeUps: wakeUpsPort(sim, life, queues) }),
      ...(places && { places: planted.places(placesPort(sim, life, places), plot) }),
    });
    const begin = (isOlder && options.older?.start) || startCallApp;
    return {
      async start() {
        const app = await begin(deps);
        return { app, trail: sealed?.begin(app) ?? null };
      },
      now: own.clock.now,
      dialsOn: planted.dialsOn ?? false,
    };
  };
  const fleet = createFleet(sim, ['A', 'B', 'C'].slice(0, instances), startOf, checker);
  const deliveries = createDeliveries(sim, fleet, checker);
  const world = createProvider(sim, checker, deliveries, callsPerCallerId);
  const underWay = () => deliveries.pending() + world.callbacks.pending() + world.calls.open();
  const retireOlder = (): void => {
    isRetired = true;
    for (const life of olderLives) life.crash();
  };
  return { sim, log, kept: openLog(), readStore, damage, checker, trail, world, fleet, retireOlder, underWay };
}
