import type { Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { CallSpan } from './call-span.ts';
import { readableSpan, SCOPE } from './readable-span.ts';

/** Where telemetry goes. */
export type Exporters = { readonly spans?: SpanExporter; readonly metrics?: PushMetricExporter };

/** Which process speaks. */
export type Service = { readonly name: string; readonly version: string; readonly instanceId: string };

export type Sdk = {
  readonly meter: Meter;
  write(spans: readonly CallSpan[]): void;
  /** Resolves when all of it has been handed over, or could not be. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** Some 300 calls' spans, a few megabytes: enough for a burst while an export is under way. */
const SPANS_MAX = 8_192;

/** OpenTelemetry's providers, used directly: nothing is registered globally and nothing is instrumented by itself. */
export function createSdk(service: Service, exporters: readonly Exporters[]): Sdk {
  const resource = resourceFromAttributes({
    'service.name': service.name,
    'service.version': service.version,
    'service.instance.id': service.instanceId,
  });
  const processors = exporters.flatMap(({ spans }) =>
    spans ? [new BatchSpanProcessor(spans, { maxQueueSize: SPANS_MAX })] : [],
  );
  const readers = exporters.flatMap(({ metrics }) =>
    metrics ? [new PeriodicExportingMetricReader({ exporter: metrics })] : [],
  );
  const meters = new MeterProvider({ resource, readers });
  const providers = [...processors, meters];
  return {
    meter: meters.getMeter(SCOPE.name, service.version),
    write(spans) {
      for (const span of spans.map((one) => readableSpan(one, resource))) {
        for (const processor of processors) processor.onEnd(span);
      }
    },
    async flush() {
      await Promise.allSettled(providers.map((provider) => provider.forceFlush()));
    },
    async close() {
      await Promise.allSettled(providers.map((provider) => provider.shutdown()));
    },
  };
}
