import { type Random, randomFor } from '../../src/simulator/faults/prng.ts';
import type { Trouble } from './troubles.ts';

/** How often each thing goes wrong, 0 to 1 a time, unless the name says otherwise. */
export type FaultPlan = {
  /** The log answers conflict although nobody else wrote. */
  readonly appendConflict: number;
  /** LOG_UNAVAILABLE: nothing is written. */
  readonly appendThrottled: number;
  /** LOG_UNKNOWN_OUTCOME, and nothing was written. */
  readonly appendErrorBefore: number;
  /** LOG_UNKNOWN_OUTCOME, and it was written. */
  readonly appendErrorAfter: number;
  readonly appendSlow: number;
  /** Chance that the log takes nothing in any one minute, as on a full disk; what is in it can be read. */
  readonly logFull: number;
  readonly readFails: number;
  readonly sendThrottled: number;
  /** 500, not executed. */
  readonly sendServerError: number;
  /** 500, and executed all the same. */
  readonly sendServerErrorAfter: number;
  /** 503 to a dial, not executed. */
  readonly sendUnavailable: number;
  /** 503 to a dial, and executed all the same. */
  readonly sendUnavailableAfter: number;
  readonly sendNeverArrives: number;
  readonly sendAnswerLost: number;
  readonly sendSlow: number;
  readonly storeBusy: number;
  /** The read store says that it failed, and has written. */
  readonly storeLostAfterCommit: number;
  /** Chance that the read store is down in any one minute. */
  readonly storeDown: number;
  /** At every port call of an instance. */
  readonly crash: number;
  /** Of a crash, that the instance never comes back, while another one lives. */
  readonly goneForGood: number;
  readonly skewMs: number;
  readonly callbackDuplicate: number;
  readonly callbackReorderMs: number;
  readonly callbackDrop: number;
  readonly callbackPair: number;
  readonly callbackUnknownType: number;
  /** An event of a known kind with nonsense in it comes along. */
  readonly callbackJunk: number;
  /** The event comes hours later. */
  readonly callbackLate: number;
  /** The application is told, and its answer does not arrive. */
  readonly callbackAckLost: number;
  /** The event is posted to the address of another call too. */
  readonly callbackStray: number;
  readonly missingDisconnected: number;
  readonly lateCanceled: number;
  readonly speechFails: number;
  /** Of messages that a queue has taken, how many are gone. */
  readonly queueLoses: number;
  /** Of messages that a queue has taken, how many are there twice. */
  readonly queueDoubled: number;
  /** Of messages that a queue hides, how many it hides for up to two minutes more. */
  readonly queueLate: number;
  /** A queue says nothing, and has done nothing. */
  readonly queueLostBefore: number;
  /** A queue says nothing, and has done it. */
  readonly queueLostAfter: number;
  /** Chance that no queue is reached in any one minute. */
  readonly queueDown: number;
  /** The row of places says nothing, and was not changed. */
  readonly placesLostBefore: number;
  /** The row of places says nothing, and was changed. */
  readonly placesLostAfter: number;
  /** Chance that it is not reached in any one minute. */
  readonly placesDown: number;
  /** Chance that the store of the tree is away in any one minute. */
  readonly treeAway: number;
  /** Chance that it takes up to five minutes to answer, in any one minute. */
  readonly treeStalls: number;
  /** It says nothing, and has created nothing. */
  readonly treeLostBefore: number;
  /** It says nothing, and has created the object. */
  readonly treeLostAfter: number;
  /** Of an instance, right after it created an object of the tree or recorded one. */
  readonly treeCrash: number;
};

/** A world in which nothing goes wrong. */
export const NO_FAULTS: FaultPlan = {
  appendConflict: 0,
  appendThrottled: 0,
  appendErrorBefore: 0,
  appendErrorAfter: 0,
  appendSlow: 0,
  logFull: 0,
  readFails: 0,
  sendThrottled: 0,
  sendServerError: 0,
  sendServerErrorAfter: 0,
  sendUnavailable: 0,
  sendUnavailableAfter: 0,
  sendNeverArrives: 0,
  sendAnswerLost: 0,
  sendSlow: 0,
  storeBusy: 0,
  storeLostAfterCommit: 0,
  storeDown: 0,
  crash: 0,
  goneForGood: 0,
  skewMs: 0,
  callbackDuplicate: 0,
  callbackReorderMs: 0,
  callbackDrop: 0,
  callbackPair: 0,
  callbackUnknownType: 0,
  callbackJunk: 0,
  callbackLate: 0,
  callbackAckLost: 0,
  callbackStray: 0,
  missingDisconnected: 0,
  lateCanceled: 0,
  speechFails: 0,
  queueLoses: 0,
  queueDoubled: 0,
  queueLate: 0,
  queueLostBefore: 0,
  queueLostAfter: 0,
  queueDown: 0,
  placesLostBefore: 0,
  placesLostAfter: 0,
  placesDown: 0,
  treeAway: 0,
  treeStalls: 0,
  treeLostBefore: 0,
  treeLostAfter: 0,
  treeCrash: 0,
};

/** The worst of each that any seed may draw. */
const WORST: Partial<FaultPlan> = {
  appendConflict: 0.2,
  appendThrottled: 0.3,
  appendErrorBefore: 0.2,
  appendErrorAfter: 0.2,
  appendSlow: 0.2,
  readFails: 0.15,
  sendThrottled: 0.3,
  sendServerError: 0.3,
  sendServerErrorAfter: 0.2,
  sendNeverArrives: 0.2,
  sendAnswerLost: 0.3,
  sendSlow: 0.3,
  storeBusy: 0.5,
  storeLostAfterCommit: 0.3,
  storeDown: 0.5,
  crash: 0.01,
  goneForGood: 0.5,
  skewMs: 60_000,
  callbackDuplicate: 0.5,
  callbackReorderMs: 5_000,
  callbackDrop: 0.3,
  callbackPair: 0.5,
  callbackUnknownType: 0.3,
  callbackJunk: 0.2,
  callbackLate: 0.2,
  callbackAckLost: 0.3,
  missingDisconnected: 0.3,
  lateCanceled: 0.5,
  speechFails: 0.2,
  queueLoses: 0.3,
  queueDoubled: 0.3,
  queueLate: 0.3,
  queueLostBefore: 0.3,
  queueLostAfter: 0.3,
  queueDown: 0.5,
  placesLostBefore: 0.3,
  placesLostAfter: 0.3,
  placesDown: 0.5,
};

/** The worst that a seed draws besides, in a world that knows this trouble. */
const WORST_OF_TROUBLE: Readonly<Partial<Record<Trouble, Partial<FaultPlan>>>> = {
  refusals: { sendUnavailable: 0.4, sendUnavailableAfter: 0.6 },
  strays: { callbackStray: 0.5 },
  'full-log': { logFull: 0.7 },
  checkpoints: { treeAway: 0.4, treeStalls: 0.3, treeLostBefore: 0.3, treeLostAfter: 0.3, treeCrash: 0.15 },
};

/** Each seed has a mix of its own: most faults off, the others from rare to frequent. A world of all faults finds less. */
export function drawFaults(seed: number, troubles: readonly Trouble[] = []): FaultPlan {
  const share = randomFor(seed, 'plan', 'share')();
  const draw = (worst: Partial<FaultPlan>, chance: number) =>
    Object.entries(worst).map(([name, most]) => {
      const random: Random = randomFor(seed, 'plan', name);
      const isOn = random() < chance;
      return [name, isOn ? most * Math.ceil(random() * 100) * 0.01 : 0] as const;
    });
  const special = troubles.flatMap((trouble) => draw(WORST_OF_TROUBLE[trouble] ?? {}, 1));
  return { ...NO_FAULTS, ...Object.fromEntries([...draw(WORST, share), ...special]) };
}
