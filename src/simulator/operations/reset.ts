import { createCounters } from '../callbacks/counters.ts';
import type { World } from '../world/world.ts';
import { abandon } from './lifecycle.ts';

/** Back to the start. Open calls vanish without events; events already on their way still arrive. */
export function resetWorld(world: World): void {
  for (const call of world.calls.all()) abandon(call);
  world.calls.clear();
  world.members.reset();
  world.repeated.expire();
  world.eventGrid.reset();
  world.setFaults(world.initialFaults);
  world.counters = createCounters();
  world.nthCall.clear();
  world.epoch++;
}
