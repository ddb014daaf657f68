import { CheckpointError } from '../../src/audit/checkpoints/errors.ts';
import type { CheckpointStore } from '../../src/audit/checkpoints/ports.ts';
import { CHECKPOINTS_STREAM } from '../../src/domain/streams.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { isDown } from './down.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The longest that a store which stalls takes to answer. */
const STALL_MS = 5 * 60_000;

/** The store of the tree as one life of an instance sees it: away for minutes, or slow to answer, or its answers are lost. */
export function treePort(sim: Sim, life: Life, store: CheckpointStore): CheckpointStore {
  const slowMs = () =>
    isDown(sim, 'tree-stalls', sim.faults.treeStalls) ? sim.between('tree-stall-ms', 0, STALL_MS) : 0;
  const call = <T>(name: string, effect: () => Promise<T>): Promise<T> =>
    callPort(sim, life, `tree.${name}`, () => unlessAway(sim, effect), slowMs);
  return {
    place: store.place,
    read: (name) => call('read', () => store.read(name)),
    list: (prefix) => call('list', () => store.list(prefix)),
    async create(name, bytes) {
      const isCreated = await call('create', () => faultyCreate(sim, life, store, name, bytes));
      return orDies(sim, life, name, isCreated);
    },
  };
}

/** The log for whoever makes checkpoints, who may die right after what it has recorded. */
export function mortalLog(sim: Sim, life: Life, log: CallEventLog): CallEventLog {
  return {
    ...log,
    async append(stream, head, entries) {
      const result = await log.append(stream, head, entries);
      return stream === CHECKPOINTS_STREAM ? orDies(sim, life, `record ${head.version + 1}`, result) : result;
    },
  };
}

async function unlessAway<T>(sim: Sim, effect: () => Promise<T>): Promise<T> {
  if (isDown(sim, 'tree-away', sim.faults.treeAway)) throw unavailable('the store of the tree is away');
  return effect();
}

async function faultyCreate(sim: Sim, life: Life, store: CheckpointStore, name: string, bytes: Buffer) {
  const { treeLostBefore, treeLostAfter } = sim.faults;
  const [before, after] = [sim.hit('tree-before', treeLostBefore), sim.hit('tree-after', treeLostAfter)];
  const isCreated = before ? null : await store.create(name, bytes);
  const verdict = before ? 'lost' : after ? 'answer lost' : isCreated ? 'created' : 'taken';
  sim.trace(life.name, `create ${name} -> ${verdict}`);
  if (isCreated === null || after) throw unavailable('no answer');
  return isCreated;
}

/** It dies knowing what it has done, before anything can follow from it. */
async function orDies<T>(sim: Sim, life: Life, what: string, answer: T): Promise<T> {
  if (!sim.hit('tree-crash', sim.faults.treeCrash)) return answer;
  sim.trace(life.name, `dies after ${what}`);
  life.crash();
  return new Promise(() => {});
}

function unavailable(why: string): CheckpointError {
  return new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', why);
}
