import { checkInsightsString } from './connection-strings.ts';
import type { Reading } from './values.ts';

/** Where traces and metrics go. */
export type InsightsConfig = {
  /** Of an Application Insights resource. */
  readonly connectionString: string;
  /** Whether it is told who we are; false: it takes telemetry from whoever has the connection string. */
  readonly withIdentity: boolean;
};

/** The names, and the one value, are Microsoft's (learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication). */
const [CONNECTION, AUTHENTICATION] = [
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
];

/** Null: nowhere. */
export function readInsights(reading: Reading): InsightsConfig | null {
  const { value, problems } = reading;
  const [connectionString, authentication] = [value(CONNECTION), value(AUTHENTICATION)];
  if (connectionString !== null) checkInsightsString(reading, connectionString);
  if (authentication !== null && authentication.toLowerCase() !== 'authorization=aad')
    problems.push(`${AUTHENTICATION}: must be Authorization=AAD; which identity it is says AZURE_CLIENT_ID`);
  if (authentication !== null && connectionString === null) problems.push(`${AUTHENTICATION}: missing: ${CONNECTION}`);
  if (authentication !== null && /ingestionendpoint=http:/i.test(connectionString ?? ''))
    problems.push(`${AUTHENTICATION}: a token is not sent without TLS; the IngestionEndpoint must be https`);
  return connectionString === null ? null : { connectionString, withIdentity: authentication !== null };
}
