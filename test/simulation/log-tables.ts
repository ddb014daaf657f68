import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type CallEventLog, LogError } from '../../src/log/port.ts';
import { openTablesLog } from '../../src/log/tables/log.ts';
import { uuidFrom } from '../../src/simulator/faults/prng.ts';
import { azurite } from '../support/azurite.ts';
import { collect } from '../support/collect.ts';
import type { Sim } from './sim.ts';

/** Where the log of a simulated world is kept, beside the memory in which the checker sees it. */
export type LogStore = {
  /**
   * The log as a new process opens it, knowing nothing.
   * @param model the same log in memory: whatever the store answers has to be what the model answers
   */
  open(sim: Sim, model: CallEventLog): CallEventLog;
  close(): Promise<void>;
};

/** Fresh tables in Azurite: those of one world. */
export async function createTablesStore(): Promise<LogStore> {
  const { connectionString } = await azurite();
  const prefix = `Sim${randomUUID().replaceAll('-', '')}`;
  const options = { prefix, writeId: randomUUID };
  const first = await openTablesLog({ connectionString }, { ...options, createTables: true });
  const opened = [first];

  return {
    open(sim, model) {
      const random = sim.random('write-ids');
      const tables = openTablesLog(
        { connectionString },
        // A wait is real time, and in this one nothing happens.
        { ...options, writeId: () => uuidFrom(random), wait: async () => {} },
      );
      const log = tables.then((adapter) => {
        opened.push(adapter);
        return adapter;
      });
      return besideModel(sim, log, model);
    },
    async close() {
      await Promise.all(opened.map((log) => log.close()));
    },
  };
}

/** Asks both, and goes on with what the store says. */
function besideModel(sim: Sim, opening: Promise<CallEventLog>, model: CallEventLog): CallEventLog {
  const both = async <T>(what: string, ask: (log: CallEventLog) => Promise<T>): Promise<T> => {
    const answer = await settled(sim.scheduler.standStill(opening.then(ask)));
    const expected = await settled(ask(model));
    if (!isDeepStrictEqual(toCompare(answer), toCompare(expected))) {
      sim.fail('the tables answer as the model of the log', `${what}: ${told(answer)} instead of ${told(expected)}`);
    }
    if ('error' in answer) throw answer.error;
    return answer.value;
  };
  return {
    read: (stream, from) => both(`read ${stream} from ${from}`, (log) => log.read(stream, from)),
    append: (stream, head, entries) =>
      both(`append ${stream} after ${head.version}`, (log) => log.append(stream, head, entries)),
    register: (stream, at) => both(`register ${stream}`, (log) => log.register(stream, at)),
    async *registered(since) {
      yield* await both('registered', (log) => collect(log.registered(since)));
    },
    probe: (stream) => both(`probe ${stream}`, (log) => log.probe(stream)),
    close: async () => {},
  };
}

type Answer<T> = { readonly value: T } | { readonly error: unknown };

async function settled<T>(promise: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

function toCompare(answer: Answer<unknown>): unknown {
  if ('value' in answer) return answer;
  return { code: answer.error instanceof LogError ? answer.error.code : String(answer.error) };
}

function told(answer: Answer<unknown>): string {
  return JSON.stringify(toCompare(answer)).slice(0, 200);
}
