import type { Questionnaire } from '../../src/domain/questionnaire/questionnaire.ts';
import type { Damage } from './damage.ts';
import type { Ledger } from './ledger.ts';
import type { MemoryLog } from './memory-log.ts';
import type { SimPlaces } from './places-port.ts';
import type { SimQueues } from './queue-port.ts';
import type { Sim } from './sim.ts';

/** What the checks have at hand. */
export type Check = {
  readonly sim: Sim;
  readonly log: MemoryLog;
  readonly ledger: Ledger;
  readonly questionnaire: Questionnaire;
  /** Nothing of a member may appear where operators look. */
  readonly secrets: readonly string[];
  /** Calls that may be held at once. */
  readonly concurrentCalls: number;
  /** Which instances share; null: none do. */
  readonly queues: SimQueues | null;
  /** Through which instances share that number; null: each has it for itself. */
  readonly places: SimPlaces | null;
  readonly damage: Damage;
};
