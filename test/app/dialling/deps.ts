import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import type { DialQueueDeps } from '../../../src/app/dialling/queue.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { DIAL_POLICY } from '../../../src/domain/dial-policy.ts';
import { CALLER_ID } from '../../support/application.ts';

/** What a dial queue is given where a test has nothing special to say: it is alone, and no call stands in a log. */
export function dialDeps(special: { readonly clock: Clock } & Partial<DialQueueDeps>): DialQueueDeps {
  return {
    policy: DIAL_POLICY,
    places: createMemoryPlaces(special.clock),
    line: CALLER_ID,
    me: 'a',
    timing: TIMING,
    load: async () => null,
    takeUp: () => {},
    letGo: () => {},
    openCalls: async () => [],
    held: () => null,
    ...special,
  };
}
