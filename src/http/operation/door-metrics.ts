import { Counter, type Registry } from 'prom-client';
import type { Guarded } from '../door.ts';

/** Counts who is turned away, by reason and never by address: anybody can have as many of those as they like. */
export function createDoorMetrics(registry: Registry) {
  const registers = [registry];
  const refusals = new Counter({
    name: 'callistra_refusals_total',
    help: 'Requests of staff, ACS and Event Grid that were turned away, by reason; the log has the addresses',
    labelNames: ['of', 'reason'],
    registers,
  });
  const slowed = new Counter({
    name: 'callistra_slowed_total',
    help: 'Those of them that were answered with 429, as too many of one address were turned away',
    labelNames: ['of'],
    registers,
  });
  for (const of of ['staff', 'callbacks', 'event-grid'] satisfies Guarded[]) slowed.inc({ of }, 0);
  return {
    refused: (of: Guarded, reason: string): void => refusals.inc({ of, reason }),
    slowed: (of: Guarded): void => slowed.inc({ of }),
  };
}
