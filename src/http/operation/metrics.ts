import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AppHealth, CallApp, CallbackResult } from '../../app/api.ts';
import type { Audit } from '../../audit/api.ts';
import type { StaffConfig } from '../../identity/staff.ts';
import { lineOf } from '../request-line.ts';
import { requireStaff } from '../staff-auth.ts';
import { countAccess } from './access-metrics.ts';

const ROUTE_LABELS = ['method', 'route', 'status'] as const;

/** What the server counts. Labels never hold an id or a number of anybody. */
export type HttpMetrics = {
  readonly registry: Registry;
  readonly durations: Histogram<(typeof ROUTE_LABELS)[number]>;
  /** A delivery that was answered, by what became of it. */
  delivered(result: CallbackResult): void;
  /** A delivery that was turned away. */
  refused(reason: string): void;
  /** An event or a handshake of Event Grid that was let in, by what became of it. */
  gridDelivered(result: string): void;
  /** A delivery or handshake in Event Grid's name that was turned away. */
  gridRefused(reason: string): void;
};

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Metrics of one server, in a registry of its own. */
export function createMetrics(version: string): HttpMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ['version'] as const;
  new Gauge({
    name: 'callistra_build_info',
    help: 'Always 1; the label says which release runs',
    labelNames,
    registers,
  })
    .labels(version)
    .set(1);
  const deliveries = new Map<string, number>();
  const refusals = new Map<string, number>();
  publish(registry, deliveries, {
    name: 'callistra_callback_deliveries_total',
    help: 'Deliveries of callbacks that were let in, by what became of them',
    label: 'result',
  });
  publish(registry, refusals, {
    name: 'callistra_callback_refusals_total',
    help: 'Deliveries of callbacks that were turned away, by reason',
    label: 'reason',
  });
  const gridEvents = new Map<string, number>();
  const gridRefusals = new Map<string, number>();
  publish(registry, gridEvents, {
    name: 'callistra_event_grid_events_total',
    help: 'Events and handshakes of Event Grid that were let in, by what became of them',
    label: 'result',
  });
  publish(registry, gridRefusals, {
    name: 'callistra_event_grid_refusals_total',
    help: 'Deliveries and handshakes in the name of Event Grid that were turned away, by reason',
    label: 'reason',
  });
  const durations = new Histogram({
    name: 'callistra_http_request_duration_seconds',
    help: 'Time from a request’s first byte to the end of its answer',
    labelNames: ROUTE_LABELS,
    buckets: DURATION_BUCKETS,
    registers,
  });
  return {
    registry,
    durations,
    delivered: (result) => count(deliveries, result),
    refused: (reason) => count(refusals, reason),
    gridDelivered: (result) => count(gridEvents, result),
    gridRefused: (reason) => count(gridRefusals, reason),
  };
}

function count(counts: Map<string, number>, label: string): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}

/** A counter that takes over our own counts when it is read: counting with labels costs more than parsing an event. */
function publish(
  registry: Registry,
  counts: ReadonlyMap<string, number>,
  { name, help, label }: { readonly name: string; readonly help: string; readonly label: string },
): void {
  const counter = new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [value, total] of counts) counter.inc({ [label]: value }, total);
    },
  });
}

/**
 * Measures every route, and writes a log line: who asked, about which call, method, route template, status, time. Only what
 * staff orders is worth a line in production: callbacks stand in the call-event log, and reads are many.
 */
export function measureRoutes(server: FastifyInstance, { durations }: HttpMetrics, logger: Logger): void {
  server.addHook('onRoute', (options) => {
    const { url: route } = options;
    const isCommand = options.method === 'POST' && route !== '/api/calls/events';
    const level = isCommand ? 'info' : 'debug';
    // One child per status: looking labels up costs more than the observation.
    const children = new Map<string, { observe(seconds: number): void }>();
    const finished: typeof options.onResponse = (request, reply, done) => {
      const { method } = request;
      const { statusCode: status, elapsedTime: elapsedMs } = reply;
      const key = `${method} ${status}`;
      let child = children.get(key);
      if (!child) {
        child = durations.labels(method, route, String(status));
        children.set(key, child);
      }
      child.observe(elapsedMs / 1_000);
      if (logger.isLevelEnabled(level))
        logger[level]({ ...lineOf(request), method, route, status, elapsedMs }, 'answered');
      done();
    };
    options.onResponse = [options.onResponse ?? [], finished].flat();
  });
}

const freeBytes = ({ room }: AppHealth): number => room.freeBytes ?? -1;

/** What the application tells of itself, read when it is asked for. */
const GAUGES: readonly (readonly [name: string, help: string, value: (health: AppHealth) => number])[] = [
  ['callistra_ready', '1 when ready', (health) => (health.ready ? 1 : 0)],
  [
    'callistra_simulated',
    '1 while new calls are placed by a simulator: nobody is called',
    ({ simulated }) => +simulated,
  ],
  ['callistra_log_available', '1 while the log takes entries', ({ log }) => (log.trouble === null ? 1 : 0)],
  [
    'callistra_log_silent_seconds',
    'For how long the log has not been known to take entries',
    ({ log }) => log.silentMs / 1_000,
  ],
  ['callistra_disk_low', '1 while no new calls are taken, as the disk is nearly full', ({ room }) => +room.isShort],
  ['callistra_disk_free_bytes', 'Room for the log on its disk; -1 where it has none or it is not known', freeBytes],
  [
    'callistra_contradicting_events',
    'Events of the last day that came under the identity of another event of their call',
    ({ findings }) => findings.contradictions,
  ],
  [
    'callistra_checkpoint_uncovered_seconds',
    'Age of the oldest entry that no checkpoint covers',
    ({ checkpoints }) => checkpoints.uncoveredMs / 1_000,
  ],
  ['callistra_checkpoint_tree_size', 'Leaves of the tree of checkpoints', ({ checkpoints }) => checkpoints.treeSize],
  [
    'callistra_verify_findings',
    'What the last verification of the log found; -1: there was none lately',
    ({ checkpoints }) => checkpoints.verified?.findings ?? -1,
  ],
  [
    'callistra_checkpoint_fork',
    '1 while somebody knows another log than this one, and nothing is signed',
    ({ checkpoints }) => (checkpoints.fork === null ? 0 : 1),
  ],
  ['callistra_open_calls', 'Calls that have not ended', (health) => health.openCalls],
  ['callistra_dispatching_commands', 'Commands that telephony has not answered yet', (health) => health.dispatching],
  [
    'callistra_clock_off_seconds',
    'By how much this machine’s clock is ahead of the storage’s that calls go by',
    ({ clockOffMs }) => (clockOffMs ?? 0) / 1_000,
  ],
  [
    'callistra_projection_lag_seconds',
    'Age of the oldest change that the read models do not show',
    (health) => health.projectionLagMs / 1_000,
  ],
  ['callistra_dial_queue_waiting', 'Calls that wait for their turn to be dialled', ({ dialling }) => dialling.waiting],
  ['callistra_dial_active', 'Calls that may hold a leg at the provider', ({ dialling }) => dialling.active],
  ['callistra_dial_limit', 'Calls that may be held at once at present', ({ dialling }) => dialling.limit],
  ['callistra_dial_most', 'Calls that may be held at once by the settings', ({ dialling }) => dialling.most],
  [
    'callistra_dial_throttled',
    'Dials that the provider refused since the start because it was too much at once',
    ({ dialling }) => dialling.throttled,
  ],
  ['callistra_dial_paused', '1 while dialling is paused', ({ dialling }) => (dialling.paused === null ? 0 : 1)],
  ['callistra_parked_calls', 'Calls set aside because their stream cannot be handled', ({ parked }) => parked.length],
  [
    'callistra_quarantined_callbacks',
    'Callbacks and events that wait in the quarantine',
    (health) => health.quarantined,
  ],
];

/** `GET /metrics`. */
export function metricsRoute(
  server: FastifyInstance,
  deps: {
    readonly app: Pick<CallApp, 'health'>;
    readonly audit: Pick<Audit, 'accessStatus'>;
    readonly metrics: HttpMetrics;
    readonly staff: StaffConfig;
  },
): void {
  const { registry } = deps.metrics;
  const gauges = GAUGES.map(([name, help, value]) => ({
    gauge: new Gauge({ name, help, registers: [registry] }),
    value,
  }));

  const problems = new Gauge({
    name: 'callistra_problems',
    help: 'Problems that /health/ready tells of, by code; hardly any makes the server unready',
    labelNames: ['code'],
    registers: [registry],
  });
  const refused = new Gauge({
    name: 'callistra_network_refused_share',
    help: 'Of the newest hundred calls over a line of ours, by its last digits: how many a network refused, as a share',
    labelNames: ['caller'],
    registers: [registry],
  });
  const cosigned = new Gauge({
    name: 'callistra_witness_cosigned_size',
    help: 'Leaves of the largest tree that each witness has signed; -1: none yet',
    labelNames: ['witness'],
    registers: [registry],
  });
  let failuresTold = 0;
  const failures = new Counter({
    name: 'callistra_log_failures_total',
    help: 'Writes that the log could not take',
    registers: [registry],
  });

  let arrivalsTold = 0;
  const arrivals = new Counter({
    name: 'callistra_quarantine_arrivals_total',
    help: 'Callbacks and events put into the quarantine',
    registers: [registry],
  });

  countAccess(registry, deps.audit);

  server.route({
    method: 'GET',
    url: '/metrics',
    schema: { summary: 'Metrics in the text format of Prometheus', tags: ['operation'], produces: ['text/plain'] },
    onRequest: requireStaff(deps.staff, ['Operator']),
    async handler(_request, reply) {
      const health = deps.app.health();
      for (const { gauge, value } of gauges) gauge.set(value(health));
      for (const [code, count] of Object.entries(health.problemCounts)) problems.set({ code }, count);
      // A number that is not used any more is not told of for ever.
      refused.reset();
      for (const { caller, calls, refused: count } of health.findings.callers) refused.set({ caller }, count / calls);
      for (const { name, cosignedSize } of health.checkpoints.witnesses)
        cosigned.set({ witness: name }, cosignedSize ?? -1);
      failures.inc(health.log.failures - failuresTold);
      failuresTold = health.log.failures;
      arrivals.inc(health.quarantineArrivals - arrivalsTold);
      arrivalsTold = health.quarantineArrivals;
      return reply.header('content-type', registry.contentType).send(await registry.metrics());
    },
  });
}
