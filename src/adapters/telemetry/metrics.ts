import type { Meter } from '@opentelemetry/api';
import type { AppHealth } from '../../app/api.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { type CallState, isSent } from '../../domain/call/call.ts';
import type { Recorded, RecordedCallback, RecordedOutcome } from '../../domain/call/recorded.ts';
import { callDisposition, TIMEOUT } from '../../domain/call/summary.ts';
import { callbackName } from './callback-name.ts';

/** What is counted of calls. No attribute holds an id, or anything that a sender could choose. */
type CallMetrics = {
  observe(recorded: readonly Recorded[]): void;
  /** To be told once of each call. */
  ended(state: CallState): void;
  /** @param read asked for every export */
  watchHealth(read: () => AppHealth): void;
};

/** A call is at most some minutes long; ACS answers a request within seconds. */
const CALL_SECONDS = [1, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600];
const COMMAND_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

export function createCallMetrics(meter: Meter): CallMetrics {
  const calls = meter.createCounter('callistra.calls', { description: 'Calls that ended, by disposition' });
  const answers = meter.createCounter('callistra.answers', { description: 'Questions of ended calls, by result' });
  const commands = meter.createCounter('callistra.commands', { description: 'Answers of ACS to commands' });
  const callbacks = meter.createCounter('callistra.callbacks', { description: 'Callbacks recorded, by type' });
  const callDuration = meter.createHistogram('callistra.call.duration', {
    description: 'From the initiation of a call to its end',
    unit: 's',
    advice: { explicitBucketBoundaries: CALL_SECONDS },
  });
  const commandDuration = meter.createHistogram('callistra.command.duration', {
    description: 'From the recording of a command to the answer of ACS',
    unit: 's',
    advice: { explicitBucketBoundaries: COMMAND_SECONDS },
  });
  const inFlight = createInFlight();

  const answered = (entry: RecordedOutcome): void => {
    const command = inFlight.take(entry.cause ?? '');
    const attributes = { type: command?.type ?? 'other', outcome: entry.type.toLowerCase() };
    commands.add(1, attributes);
    if (command) commandDuration.record(seconds(command.at, entry.at), attributes);
  };

  return {
    observe(recorded) {
      for (const entry of recorded) {
        if (entry.kind === 'callback') callbacks.add(1, { type: typeOf(entry) });
        if (entry.kind === 'outcome') answered(entry);
        if (entry.kind === 'command' && isSent(entry.type)) inFlight.put(entry.id, entry);
      }
    },
    ended(state) {
      const disposition = callDisposition(state) ?? 'unknown';
      calls.add(1, { disposition });
      callDuration.record(seconds(state.createdAt, state.ending?.at ?? state.updatedAt), { disposition });
      for (const { question, response } of state.answers) {
        answers.add(1, { question, result: response === TIMEOUT ? 'timeout' : 'answered' });
      }
    },
    watchHealth: (read) => watchHealth(meter, read),
  };
}

type Command = { readonly type: string; readonly at: string };

/** More than are ever under way at once: an answer that never comes must not be waited for in memory for ever. */
const IN_FLIGHT_MAX = 10_000;

/** Commands that wait for their answer. It is recorded by the instance that sent them, so they are all here. */
function createInFlight(): { put(id: string, command: Command): void; take(id: string): Command | undefined } {
  const commands = createBoundedMap<Command>(IN_FLIGHT_MAX);
  return {
    put: (id, { type, at }) => commands.set(id, { type, at }),
    take(id) {
      const command = commands.get(id);
      commands.delete(id);
      return command;
    },
  };
}

/** The sender chooses the type: only those that mean something here are told apart. */
function typeOf({ body, type }: RecordedCallback): string {
  return body.name === 'other' ? 'other' : callbackName(type);
}

const GAUGES: readonly (readonly [name: string, unit: string, value: (health: AppHealth) => number])[] = [
  ['callistra.ready', '1', (health) => (health.ready ? 1 : 0)],
  ['callistra.log.failures', '{append}', ({ log }) => log.failures],
  ['callistra.disk.low', '1', ({ room }) => (room.isShort ? 1 : 0)],
  ['callistra.calls.open', '{call}', (health) => health.openCalls],
  ['callistra.commands.in_flight', '{command}', (health) => health.dispatching],
  ['callistra.clock.off', 's', (health) => (health.clockOffMs ?? 0) / 1_000],
  ['callistra.projection.lag', 's', (health) => health.projectionLagMs / 1_000],
  ['callistra.dial.waiting', '{call}', ({ dialling }) => dialling.waiting],
  ['callistra.dial.active', '{call}', ({ dialling }) => dialling.active],
  ['callistra.dial.paused', '1', ({ dialling }) => (dialling.paused === null ? 0 : 1)],
  ['callistra.calls.parked', '{call}', ({ parked }) => parked.length],
  ['callistra.callbacks.quarantined', '{callback}', (health) => health.quarantined],
  ['callistra.callbacks.quarantine_arrivals', '{callback}', (health) => health.quarantineArrivals],
];

function watchHealth(meter: Meter, read: () => AppHealth): void {
  const gauges = GAUGES.map(([name, unit, value]) => ({ gauge: meter.createObservableGauge(name, { unit }), value }));
  // By its code, for whoever is to be woken by one of them; alerts of a deployment ask for these.
  const problems = meter.createObservableGauge('callistra.problems', { unit: '{problem}' });
  meter.addBatchObservableCallback(
    (result) => {
      const health = read();
      for (const { gauge, value } of gauges) result.observe(gauge, value(health));
      for (const [code, count] of Object.entries(health.problemCounts)) result.observe(problems, count, { code });
    },
    [...gauges.map(({ gauge }) => gauge), problems],
  );
}

function seconds(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}
