import { Counter, Gauge, type Registry } from 'prom-client';
import type { AccessStatus } from '../../audit/access/look.ts';
import type { Audit } from '../../audit/api.ts';

/** Of who looks. The first is for an alarm: somebody broke the glass. */
const ACCESS_COUNTS: readonly (readonly [
  name: string,
  help: string,
  count: Exclude<keyof AccessStatus, 'rowsLagMs'>,
])[] = [
  ['callistra_break_glass_total', 'Looks at members’ data with the purpose BTG since the start', 'glassBroken'],
  ['callistra_staff_refusals_total', 'Requests of staff that were turned away with 401 or 403', 'refused'],
  ['callistra_staff_refusals_unrecorded_total', 'Refusals of which the log could not take note', 'refusedUnrecorded'],
  [
    'callistra_look_failures_total',
    'Looks at members’ data that could not be recorded, so that nothing was shown',
    'lookFailures',
  ],
];

/** What is counted of who looks, whenever metrics are asked for. */
export function countAccess(registry: Registry, audit: Pick<Audit, 'accessStatus'>): void {
  const lag: Gauge = new Gauge({
    name: 'callistra_access_rows_lag_seconds',
    help: 'Age of the oldest look that the rows of who looked do not show',
    registers: [registry],
    collect() {
      lag.set(audit.accessStatus().rowsLagMs / 1_000);
    },
  });
  for (const [name, help, count] of ACCESS_COUNTS) {
    const counter = new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        counter.reset();
        counter.inc(audit.accessStatus()[count]);
      },
    });
  }
}
