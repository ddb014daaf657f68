import type { NewEntry } from '../../src/domain/entries.ts';
import { type AppendResult, type CallEventLog, LogError } from '../../src/log/port.ts';
import { collect } from '../support/collect.ts';
import { isDown } from './down.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The longest that an append takes. */
const SLOW_MS = 12_000;

/** The log as one life of an instance sees it: with a way to it that fails. */
export function logPort(sim: Sim, life: Life, log: CallEventLog): CallEventLog {
  const read = async <T>(what: () => Promise<T>): Promise<T> => {
    if (sim.hit('read-fails', sim.faults.readFails)) throw new LogError('LOG_UNAVAILABLE', 'the log does not answer');
    return what();
  };
  const write = async <T>(what: () => Promise<T>): Promise<T> => {
    if (isDown(sim, 'log-full', sim.faults.logFull)) throw new LogError('LOG_UNAVAILABLE', 'the disk is full');
    return what();
  };
  return {
    read: (stream, from) => callPort(sim, life, 'log.read', () => read(() => log.read(stream, from))),
    append: (stream, head, entries) =>
      callPort(
        sim,
        life,
        'log.append',
        async () => {
          const result = await faultyAppend(sim, head.version > 0, () => log.append(stream, head, entries));
          trace(sim, life, stream, head.version, entries, result);
          if (result instanceof LogError) throw result;
          return result;
        },
        () => (sim.hit('append-slow', sim.faults.appendSlow) ? sim.between('append-slow-ms', 0, SLOW_MS) : 0),
      ),
    register: (stream, at) =>
      callPort(sim, life, 'log.register', () => write(() => read(() => log.register(stream, at)))),
    async *registered(since) {
      yield* await callPort(sim, life, 'log.registered', () => read(() => collect(log.registered(since))));
    },
    probe: (stream) => callPort(sim, life, 'log.probe', () => write(() => log.probe(stream))),
    close: async () => {},
  };
}

/**
 * A head may seem to have moved when it has not, but not that of an empty stream: that would claim a first entry which
 * nobody can read.
 */
async function faultyAppend(
  sim: Sim,
  mayConflict: boolean,
  append: () => Promise<AppendResult>,
): Promise<AppendResult | LogError> {
  const { appendConflict, appendThrottled, appendErrorBefore, appendErrorAfter } = sim.faults;
  const [conflict, throttled] = [
    sim.hit('append-conflict', appendConflict),
    sim.hit('append-throttled', appendThrottled),
  ];
  if (isDown(sim, 'log-full', sim.faults.logFull)) return new LogError('LOG_UNAVAILABLE', 'the disk is full');
  const [before, after] = [sim.hit('append-before', appendErrorBefore), sim.hit('append-after', appendErrorAfter)];
  if (throttled) return new LogError('LOG_UNAVAILABLE', 'the log is throttled');
  if (conflict && mayConflict) return { conflict: true };
  if (before) return new LogError('LOG_UNKNOWN_OUTCOME', 'the answer was lost, and so was the request');
  const result = await append();
  return after && 'entries' in result ? new LogError('LOG_UNKNOWN_OUTCOME', 'the answer was lost') : result;
}

function trace(
  sim: Sim,
  life: Life,
  stream: string,
  version: number,
  entries: readonly NewEntry[],
  result: AppendResult | LogError,
): void {
  const what = entries.map(({ kind, type }) => (kind === 'outcome' ? `${type} (outcome)` : type.split('.').at(-1)));
  const verdict =
    result instanceof LogError ? `${result.code}, ${result.message}` : 'entries' in result ? 'ok' : 'conflict';
  sim.trace(life.name, `append ${stream} after ${version}: ${what.join(', ')} -> ${verdict}`);
}
