import type { Tone } from '../wire/tones.ts';
import type { MediaHost, MediaOperation, MediaOutcome, Running } from './operations.ts';
import { runPrompts } from './prompts.ts';
import { runRecognize } from './recognize.ts';

const QUEUED_MAX = 100;

/** The media operations of one call: one runs, the others wait their turn. */
export type MediaQueue = {
  /** Takes an operation, or refuses it because it cannot wait behind the running one. */
  add(operation: MediaOperation): 'accepted' | 'clash';
  /** A key of the member's telephone; answers whether it counted. */
  press(tone: Tone): boolean;
  /** Cancels what runs and waits; every operation gets its `canceled` outcome. */
  cancelAll(): void;
  /** Stops everything for good, without outcomes; answers what was running and waiting, in order. */
  close(): readonly MediaOperation[];
};

type QueueState = {
  readonly host: MediaHost;
  running: { readonly operation: MediaOperation; readonly work: Running } | undefined;
  queued: MediaOperation[];
  isStarting: boolean;
};

/** An empty queue. */
export function createMediaQueue(host: MediaHost): MediaQueue {
  const state: QueueState = { host, running: undefined, queued: [], isStarting: false };
  return {
    add(operation) {
      if (operation.interrupts) cancelAll(state);
      else if (clashes(operation, state.running?.operation) || state.queued.length >= QUEUED_MAX) return 'clash';
      state.queued.push(operation);
      startNext(state);
      return 'accepted';
    },
    press: (tone) => state.running?.work.press(tone) ?? false,
    cancelAll: () => cancelAll(state),
    close: () => takeAll(state),
  };
}

/** An operation may end while it is being started (no prompt, no patience); the loop then takes the next one. */
function startNext(state: QueueState): void {
  if (state.isStarting) return;
  state.isStarting = true;
  while (state.running === undefined) {
    const operation = state.queued.shift();
    if (operation === undefined) break;
    start(state, operation);
  }
  state.isStarting = false;
}

function start(state: QueueState, operation: MediaOperation): void {
  let isOver = false;
  state.host.started(operation);
  const work = run(state.host, operation, (outcome) => {
    isOver = true;
    state.running = undefined;
    state.host.finished(operation, outcome);
    startNext(state);
  });
  if (!isOver) state.running = { operation, work };
}

function takeAll(state: QueueState): MediaOperation[] {
  const { running, queued } = state;
  running?.work.stop();
  state.running = undefined;
  state.queued = [];
  return running === undefined ? queued : [running.operation, ...queued];
}

function cancelAll(state: QueueState): void {
  for (const operation of takeAll(state)) state.host.finished(operation, { kind: 'canceled' });
}

/** Two plays to one participant exclude each other; everything else waits in line. */
function clashes(operation: MediaOperation, running: MediaOperation | undefined): boolean {
  return operation.kind === 'play' && operation.targeted && running?.kind === 'play' && running.targeted;
}

function run(host: MediaHost, operation: MediaOperation, done: (outcome: MediaOutcome) => void): Running {
  if (operation.kind === 'recognize') return runRecognize(host, operation, done);
  const stop = runPrompts(host, operation, operation.loop, (failure) => done(failure ?? { kind: 'completed' }));
  return { press: () => false, stop };
}
