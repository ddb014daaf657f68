import type { MediaHost, MediaOperation, MediaOutcome, Running } from './media-operations.ts';
import { runPrompts } from './prompts.ts';
import { runRecognize } from './recognize.ts';
import type { Tone } from './tones.ts';

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

/** An empty queue. */
export function createMediaQueue(host: MediaHost): MediaQueue {
  let running: { operation: MediaOperation; work: Running } | undefined;
  let queued: MediaOperation[] = [];
  let starting = false;

  const startNext = () => {
    // An operation may end while it is being started (an empty prompt, no silence allowed); the loop takes the next one.
    if (starting) return;
    starting = true;
    while (running === undefined) {
      const operation = queued.shift();
      if (operation === undefined) break;
      start(operation);
    }
    starting = false;
  };
  const start = (operation: MediaOperation) => {
    let over = false;
    const done = (outcome: MediaOutcome) => {
      over = true;
      running = undefined;
      host.finished(operation, outcome);
      startNext();
    };
    host.started(operation);
    const work = run(host, operation, done);
    if (!over) running = { operation, work };
  };
  const takeAll = (): MediaOperation[] => {
    const all = running === undefined ? queued : [running.operation, ...queued];
    running?.work.stop();
    running = undefined;
    queued = [];
    return all;
  };
  const cancelAll = () => {
    for (const operation of takeAll()) host.finished(operation, { kind: 'canceled' });
  };

  return {
    add(operation) {
      if (operation.interrupts) cancelAll();
      else if (clashes(operation, running?.operation) || queued.length >= QUEUED_MAX) return 'clash';
      queued.push(operation);
      startNext();
      return 'accepted';
    },
    press: (tone) => running?.work.press(tone) ?? false,
    cancelAll,
    close: takeAll,
  };
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
