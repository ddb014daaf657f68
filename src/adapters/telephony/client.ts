import { CallAutomationClient, type CallAutomationClientOptions } from '@azure/communication-call-automation';
import { boundedRequests } from '../../azure/bounded-request.ts';
import { createHttpClient } from '../../azure/http-client.ts';
import { TelephonyError } from './error.ts';

/** Where ACS is and how we prove who we are. */
export type AcsAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: AcsCredential };

/** An Azure token or key credential. */
export type AcsCredential = ConstructorParameters<typeof CallAutomationClient>[1];

export type AcsClientOptions = {
  readonly requestTimeoutMs: number;
  /** For a simulator on plain http. */
  readonly allowInsecureConnection: boolean;
};

/** The SDK's client with our limits on every request, and the connections it keeps. */
export type AcsClient = { readonly client: CallAutomationClient; close(): void };

/** @throws TelephonyError TELEPHONY_BAD_ENDPOINT */
export function createAcsClient(access: AcsAccess, options: AcsClientOptions): AcsClient {
  assertUsable(access, options.allowInsecureConnection);
  const policy = boundedRequests(options.requestTimeoutMs);
  const { httpClient, close } = createHttpClient();
  const clientOptions: CallAutomationClientOptions = {
    // `play` and `recognize` have no repeatability: the SDK's own repetition after a lost answer would say things twice.
    retryOptions: { maxRetries: 0 },
    // ACS does not redirect; following one would carry a signed request, and the member's number, elsewhere.
    redirectOptions: { maxRetries: 0 },
    httpClient,
    additionalPolicies: [{ position: 'perCall', policy }],
    ...(options.allowInsecureConnection && { allowInsecureConnection: true }),
  };
  const client =
    'connectionString' in access
      ? new CallAutomationClient(access.connectionString, clientOptions)
      : new CallAutomationClient(access.endpoint, access.credential, clientOptions);
  return { client, close };
}

function assertUsable(access: AcsAccess, allowInsecure: boolean): void {
  const text = 'endpoint' in access ? access.endpoint : /endpoint=([^;]*)/i.exec(access.connectionString)?.[1];
  if (!text || !URL.canParse(text)) throw new TelephonyError('TELEPHONY_BAD_ENDPOINT', 'the ACS endpoint is not a URL');
  if (new URL(text).protocol !== 'https:' && !allowInsecure)
    throw new TelephonyError('TELEPHONY_BAD_ENDPOINT', 'the ACS endpoint is not https');
}
