import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { CallAutomationClient, type CallAutomationClientOptions } from '@azure/communication-call-automation';
import { TelephonyError } from './error.ts';

/** Where ACS is and how we prove who we are. */
export type AcsAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: AcsCredential };

/** An Azure token or key credential. */
export type AcsCredential = ConstructorParameters<typeof CallAutomationClient>[1];

type Policy = NonNullable<CallAutomationClientOptions['additionalPolicies']>[number]['policy'];

export type AcsClientOptions = {
  readonly requestTimeoutMs: number;
  /** For a simulator on plain http. */
  readonly allowInsecureConnection: boolean;
};

/** The SDK's client with our limits on every request, and the connections it keeps. */
export type AcsClient = { readonly client: CallAutomationClient; close(): void };

// Shorter than the idle time of ACS's front end, so that it is we who close: a request sent on a connection that the
// other side is just closing is lost, and nobody can tell whether it was executed.
const IDLE_CONNECTION_MS = 15_000;

const MAX_CONNECTIONS = 256;

/** @throws TelephonyError TELEPHONY_BAD_ENDPOINT */
export function createAcsClient(access: AcsAccess, options: AcsClientOptions): AcsClient {
  const secure = endpointIsSecure(access, options.allowInsecureConnection);
  const settings = {
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    maxSockets: MAX_CONNECTIONS,
    scheduling: 'lifo',
  } as const;
  const agent = secure ? new HttpsAgent(settings) : new HttpAgent(settings);
  const clientOptions: CallAutomationClientOptions = {
    // `play` and `recognize` have no repeatability: the SDK's own repetition after a lost answer would say things twice.
    retryOptions: { maxRetries: 0 },
    // ACS does not redirect; following one would carry a signed request, and the member's number, elsewhere.
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [{ position: 'perCall', policy: boundedRequest(options.requestTimeoutMs, agent) }],
    ...(options.allowInsecureConnection && { allowInsecureConnection: true }),
  };
  const client =
    'connectionString' in access
      ? new CallAutomationClient(access.connectionString, clientOptions)
      : new CallAutomationClient(access.endpoint, access.credential, clientOptions);
  return { client, close: () => agent.destroy() };
}

/**
 * Ends a request that has not been answered in time, whichever method of the SDK sent it: some take no signal. Not the
 * SDK's own `timeout`, which stops counting when the response's headers are there and waits for its body for ever.
 */
function boundedRequest(timeoutMs: number, agent: HttpAgent): Policy {
  return {
    name: 'boundedRequest',
    async sendRequest(request, next) {
      const controller = new AbortController();
      request.abortSignal = controller.signal;
      // A proxy from the environment has put its own agent there already.
      request.agent ??= agent;
      let timer: NodeJS.Timeout | undefined;
      // Not the signal alone: a credential that is slow to fetch its token need not heed it.
      const expiry = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          controller.abort();
          reject(controller.signal.reason);
        }, timeoutMs);
      });
      try {
        return await Promise.race([next(request), expiry]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function endpointIsSecure(access: AcsAccess, allowInsecure: boolean): boolean {
  const text = 'endpoint' in access ? access.endpoint : /endpoint=([^;]*)/i.exec(access.connectionString)?.[1];
  if (!text || !URL.canParse(text)) throw new TelephonyError('TELEPHONY_BAD_ENDPOINT', 'the ACS endpoint is not a URL');
  const secure = new URL(text).protocol === 'https:';
  if (!secure && !allowInsecure) throw new TelephonyError('TELEPHONY_BAD_ENDPOINT', 'the ACS endpoint is not https');
  return secure;
}
