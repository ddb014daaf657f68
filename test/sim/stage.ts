import type { ReadStore } from '../../projections/ports.ts';
import { createCallSecrets } from '../../src/app/call-secrets.ts';
import type { DialPolicy } from '../../src/app/dial-queue.ts';
import { TIMING } from '../../src/domain/timing.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import type { World } from '../../src/simulator/world.ts';
import { type Checker, createChecker } from './checker.ts';
import { createDeliveries } from './deliveries.ts';
import { createFleet, type DepsOf, type Fleet } from './fleet.ts';
import { logPort } from './log-port.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';
import { telephonyPort } from './provider.ts';
import type { Sim } from './sim.ts';
import { storePort } from './store-port.ts';
import { createProvider } from './world.ts';

/** All parts of one simulated world. */
export type Stage = {
  readonly sim: Sim;
  readonly log: MemoryLog;
  readonly readStore: ReadStore;
  readonly checker: Checker;
  readonly world: World;
  readonly fleet: Fleet;
  /** What happens at the provider and on the way from it that is not over. */
  readonly underWay: () => number;
};

export type StageOptions = {
  readonly instances: number;
  readonly dialPolicy: DialPolicy;
  /** Open calls that the provider allows; 0 means no limit. */
  readonly callsPerCallerId: number;
  readonly planted?: Planted;
};

const QUESTIONNAIRE = await loadQuestionnaire();
const SECRETS = createCallSecrets(Buffer.alloc(32, 7));
const CALLER = '+15550100000';
/** What the number of every member begins with. */
const NUMBERS = '+1555';

/** The number of a member, `M-17`. */
export function numberOf(memberId: string): string {
  return `${NUMBERS}${1_000_000 + Number(memberId.slice(2))}`;
}

/** Puts the real application on a stage where everything else is played. */
export function createStage(sim: Sim, readStore: ReadStore, options: StageOptions): Stage {
  const { instances, callsPerCallerId, dialPolicy, planted = NOTHING_PLANTED } = options;
  const log = createMemoryLog(planted.chain);
  const words = Object.values(QUESTIONNAIRE.steps).map(({ text }) => text.slice(0, 30));
  const { concurrentCalls } = dialPolicy;
  const secrets = [NUMBERS, ...words];
  const checker = createChecker({ sim, log, questionnaire: QUESTIONNAIRE, secrets, concurrentCalls });
  const depsOf: DepsOf = (life) => {
    const plot = { sim, life };
    return {
      log: planted.log(logPort(sim, life, log), plot),
      readStore: planted.readStore(storePort(sim, life, readStore), plot),
      telephony: planted.telephony(telephonyPort(sim, life, world, checker), plot),
      members: { find: async (memberId) => ({ memberId, phoneNumber: numberOf(memberId) }) },
      secrets: SECRETS,
      dialPolicy,
      timing: TIMING,
      questionnaire: QUESTIONNAIRE,
      callerId: CALLER,
      callbackUrl: 'https://callistra.example/api/calls/events',
      ...(planted.decide && { decide: planted.decide(plot) }),
    };
  };
  const fleet = createFleet(sim, ['A', 'B', 'C'].slice(0, instances), depsOf, checker);
  const deliveries = createDeliveries(sim, fleet, checker);
  const world = createProvider(sim, checker, deliveries, callsPerCallerId);
  const underWay = () => deliveries.pending() + world.callbacks.pending() + world.calls.open();
  return { sim, log, readStore, checker, world, fleet, underWay };
}
