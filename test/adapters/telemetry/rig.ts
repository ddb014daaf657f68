import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { startTelemetry, type Telemetry, type TelemetryOptions } from '../../../src/adapters/telemetry/telemetry.ts';
import type { JournalFields } from '../../../src/app/ports.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { type TestClock, testClock } from '../../support/virtual-time.ts';

export const SERVICE = { name: 'callistra', version: '0.0.0-test', instanceId: 'one' };

export type Rig = {
  readonly telemetry: Telemetry;
  readonly clock: TestClock;
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
  const clock = testClock();
  const streams = new Map<string, readonly Recorded[]>();
  const journal: string[] = [];
  const telemetry = await startTelemetry({
    exporters: [{ spans: spanExporter, metrics: metricExporter }],
    service: SERVICE,
    history: async (callSessionId) => streams.get(callSessionId) ?? [],
    clock,
    journal: journalInto(journal),
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

export function journalInto(lines: string[]): TelemetryOptions['journal'] {
  const write = (level: string) => (fields: JournalFields, message: string) =>
    void lines.push(`${level} ${fields['code'] ?? '-'} ${message}`);
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
