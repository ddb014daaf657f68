import type { TokenCredential } from '@azure/identity';
import {
  type AzureMonitorExporterOptions,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import type { Journal } from '../../app/ports.ts';
import { sharedHttpClient } from '../../azure/http-client.ts';
import { createIngestionWatch } from './ingestion-watch.ts';
import type { Exporters } from './sdk.ts';

/** The code of a failed export: OpenTelemetry's ExportResultCode.FAILED. */
const FAILED = { code: 1 } as const;

/** A rejection that nobody awaits would end the process. The exporter has one: a redirect to what is no address. */
class TraceExporter extends AzureMonitorTraceExporter {
  override async export(...[spans, done]: Parameters<AzureMonitorTraceExporter['export']>): Promise<void> {
    await super.export(spans, done).catch(() => done(FAILED));
  }
}

class MetricExporter extends AzureMonitorMetricExporter {
  override async export(...[metrics, done]: Parameters<AzureMonitorMetricExporter['export']>): Promise<void> {
    await super.export(metrics, done).catch(() => done(FAILED));
  }
}

/**
 * Exporters to Azure Monitor (Application Insights).
 * @param connectionString `InstrumentationKey=…;IngestionEndpoint=…`
 * @param credential null: the connection string is enough
 * @throws Error when it is none
 */
export function azureMonitorExporters(
  connectionString: string,
  journal: Journal,
  credential: TokenCredential | null,
): Exporters {
  // Read by the exporter as it is made. It would report itself to addresses of Microsoft's own, and ask the machine's.
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] ||= 'true';
  const options: AzureMonitorExporterOptions = {
    connectionString,
    httpClient: sharedHttpClient(),
    // A container's disk may be read-only, and what is not sent within the retries may be lost: the log has it all.
    disableOfflineStorage: true,
    additionalPolicies: [{ policy: createIngestionWatch(journal), position: 'perCall' }],
    ...(credential && { credential }),
    ...plainEndpoint(connectionString),
  };
  return { spans: new TraceExporter(options), metrics: new MetricExporter(options) };
}

/** The exporter turns http into https; a collector on this machine has no certificate. */
function plainEndpoint(connectionString: string): AzureMonitorExporterOptions {
  const endpoint = /IngestionEndpoint=(http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)\/?(?:;|$)/i;
  const host = endpoint.exec(connectionString)?.[1];
  return host ? { host, allowInsecureConnection: true } : {};
}
