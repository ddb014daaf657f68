import { chance } from '../faults/prng.ts';
import { errorReply, type Reply } from '../wire/reply.ts';
import type { OperationName } from '../wire/routes.ts';
import type { World } from '../world/world.ts';

/** What goes wrong with one request. */
type RequestFault =
  | { readonly kind: 'none' }
  /** Answered like this, not executed. */
  | { readonly kind: 'refused'; readonly reply: Reply }
  /** Neither executed nor answered. */
  | { readonly kind: 'ignored' }
  /** Executed, and the answer is lost. */
  | { readonly kind: 'answer-lost' }
  /** Executed, and answered as if it had not been. */
  | { readonly kind: 'denied'; readonly reply: Reply };

/** Decides whether this request suffers. Every stream is drawn from each time, so that faults do not shift each other. */
export function requestFault(world: World, name: OperationName): RequestFault {
  const { faults } = world;
  const hits = {
    throttle: chance(world.random(`throttle|${name}`), faults.throttleRate),
    serverError: chance(world.random(`server-error|${name}`), faults.serverErrorRate),
    timeout: chance(world.random(`timeout|${name}`), faults.timeoutRate),
    loseAnswer: chance(world.random(`lose-answer|${name}`), faults.loseAnswerRate),
    unavailable: chance(world.random(`unavailable|${name}`), faults.unavailableRate),
    unavailableAfter: chance(world.random(`unavailable-after|${name}`), faults.unavailableAfterRate),
  };
  if (faults.requestOperations.length > 0 && !faults.requestOperations.includes(name)) return { kind: 'none' };
  if (faults.requestFaultsMax !== null && world.requestFaultsSinceSet >= faults.requestFaultsMax)
    return { kind: 'none' };
  if (!Object.values(hits).includes(true)) return { kind: 'none' };

  world.requestFaultsSinceSet++;
  world.counters.requestFaults++;
  const retryAfter = retryAfterOf(faults.retryAfterSeconds);
  if (hits.throttle) return { kind: 'refused', reply: errorReply(429, '8516', 'Too many requests.', retryAfter) };
  if (hits.serverError) return { kind: 'refused', reply: errorReply(500, '8512', 'Unknown internal server error.') };
  if (hits.timeout) return { kind: 'ignored' };
  if (hits.loseAnswer) return { kind: 'answer-lost' };
  return { kind: hits.unavailable ? 'refused' : 'denied', reply: unavailable(retryAfter) };
}

function unavailable(retryAfter: Record<string, string> | undefined): Reply {
  return errorReply(503, '0', 'Service unavailable.', retryAfter);
}

function retryAfterOf(seconds: number | null): Record<string, string> | undefined {
  return seconds === null ? undefined : { 'Retry-After': String(seconds) };
}
