import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { startTelemetry, type Telemetry, type TelemetryOptions } from '../../../src/adapters/telemetry/telemetry.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { type JournalLine, journalInto } from '../../support/journal.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

export const SERVICE = { name: 'callistra', version: '0.0.0-test', instanceId: 'one' };

export type Rig = {
  readonly telemetry: Telemetry;
  readonly clock: VirtualClock;
  /** The log: what `history` answers, by callSessionId. */
  readonly streams: Map<string, readonly Recorded[]>;
  readonly journal: string[];
  /** What has been exported. */
  spans(): Promise<ReadableSpan[]>;
  /** The newest value by metric and attributes, such as `callistra.calls {"disposition":"busy"}`. */
  values(): Promise<Record<string, unknown>>;
  metricNames(): Promise<string[]>;
};

/** Telemetry into memory, over a log that the test fills. */
export async function startRig(changes: Partial<TelemetryOptions> = {}): Promise<Rig> {
  const spanExporter = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const clock = virtualClock();
  const streams = new Map<string, readonly Recorded[]>();
  const journal: string[] = [];
  const telemetry = await startTelemetry({
    exporters: [{ spans: spanExporter, metrics: metricExporter }],
    service: SERVICE,
    history: async (callSessionId) => streams.get(callSessionId) ?? [],
    clock,
    journal: journalInto(journal, textOf),
    ...changes,
  });
  const metrics = async () => {
    await telemetry.flush();
    return (metricExporter.getMetrics().at(-1)?.scopeMetrics ?? []).flatMap((scope) => scope.metrics);
  };
  return {
    telemetry,
    clock,
    streams,
    journal,
    async spans() {
      await telemetry.flush();
      return spanExporter.getFinishedSpans();
    },
    async values() {
      const points = (await metrics()).flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [`${descriptor.name} ${JSON.stringify(attributes)}`, value] as const),
      );
      return Object.fromEntries(points);
    },
    metricNames: async () => (await metrics()).map(({ descriptor }) => descriptor.name),
  };
}

/** As one line of text: level, code, message. */
export function textOf({ level, fields, message }: JournalLine): string {
  return `${level} ${fields['code'] ?? '-'} ${message}`;
}
