import type { Poster } from '../../src/simulator/callbacks/post.ts';
import { createTimers } from '../../src/simulator/clock/timers.ts';
import { type Faults, NO_FAULTS } from '../../src/simulator/faults/faults.ts';
import { createMemberBook } from '../../src/simulator/members/member-book.ts';
import type { CallSource } from '../../src/simulator/wire/requests.ts';
import { createWorld } from '../../src/simulator/world/create-world.ts';
import type { World } from '../../src/simulator/world/world.ts';
import type { Checker } from './checker.ts';
import type { Sim } from './sim.ts';

/** The provider of the simulation: the ACS simulator's calls in virtual time, without its HTTP. */
export function createProvider(sim: Sim, checker: Checker, poster: Poster, callsPerCallerId: number): World {
  const { now, after } = sim.scheduler;
  const clock = { now, monotonicMs: now, after };
  const world: World = createWorld({
    seed: sim.seed,
    accessKey: '',
    resourceId: 'simulation',
    callsPerCallerId,
    // The memory of a long day is to be that of the application.
    endedCallsKept: 200,
    timers: createTimers(clock, 1),
    members: createMemberBook(new Map(), {}),
    faults: simulatorFaults(sim),
    poster,
    tokens: { issue: async () => '', keySet: () => ({ keys: [] }), rotate: async () => {} },
    onEvent({ callConnectionId, kind, text }) {
      if (kind === 'said' || kind === 'callback') return;
      if (kind === 'ended' || kind === 'not-answered') checker.legOver(callConnectionId);
      const call = world.calls.find(callConnectionId);
      const callSessionId = new URL(call?.facts.request.callbackUri ?? 'http://x').searchParams.get('call') ?? '';
      const over = kind === 'ringing' && call ? overOf(call.facts.request.from) : text;
      sim.trace('member', `${callSessionId} ${kind} ${over}`);
      if (kind === 'ringing') checker.rang(callSessionId);
    },
    isClosed: () => false,
  });
  return world;
}

/** Those of a plan's faults that the provider commits by itself. */
export function simulatorFaults(sim: Sim): Faults {
  const { faults } = sim;
  return {
    ...NO_FAULTS,
    callbackDuplicateRate: faults.callbackDuplicate,
    callbackDuplicateDelayMs: 20_000,
    callbackReorderWindowMs: faults.callbackReorderMs,
    callbackDropRate: faults.callbackDrop,
    callbackPairRate: faults.callbackPair,
    callbackUnknownTypeRate: faults.callbackUnknownType,
    callbackStrayRate: faults.callbackStray,
    missingCallDisconnectedRate: faults.missingDisconnected,
    lateRecognizeCanceledRate: faults.lateCanceled,
    speechFailureRate: faults.speechFails,
    callbackTimeoutMs: 15_000,
    tooManyCalls: sim.seed % 3 === 0 ? 'throttle-retry-after' : sim.seed % 3 === 1 ? 'throttle' : 'create-call-failed',
    mediaBeforeConnect: sim.seed % 2 === 0 ? 'slow-500' : 'refuse',
    disconnectedReadableMs: sim.seed % 5 === 0 ? 60_000 : 0,
  };
}

/** Two lines are named by their kind and last digit, as numbers are in no trace. */
function overOf(from: CallSource): string {
  return from.kind === 'teams' ? 'over Teams' : `over line ${from.number.slice(-1)}`;
}
