import type { AzureMonitorExporterOptions } from '@azure/monitor-opentelemetry-exporter';
import type { Journal } from '../../app/ports.ts';
import { errorCode } from '../../base/coded-error.ts';

type Policy = NonNullable<AzureMonitorExporterOptions['additionalPolicies']>[number]['policy'];

/**
 * Tells when Azure Monitor begins and ceases to refuse what is sent. The exporter itself reports a loss as a success
 * when it keeps nothing on disk, so it is seen here, around the retries of the request.
 */
export function createIngestionWatch(journal: Journal): Policy {
  let refused = false;
  const tell = (code: string | null): void => {
    if (code !== null && !refused) journal.warn({ code }, 'telemetry is being lost: Azure Monitor does not take it');
    if (code === null && refused) journal.info({}, 'Azure Monitor takes telemetry again');
    refused = code !== null;
  };
  return {
    name: 'callistraIngestionWatch',
    async sendRequest(request, next) {
      try {
        const response = await next(request);
        tell(response.status === 200 ? null : `HTTP_${response.status}`);
        return response;
      } catch (error) {
        tell(lossCode(error));
        throw error;
      }
    },
  };
}

/** The client turns a refusal into an error before it comes here. */
function lossCode(error: unknown): string {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? `HTTP_${status}` : errorCode(error);
}
