import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TokenCredentialOptions } from '@azure/identity';
import { inTime } from '../base/time-limit.ts';

/** A step on the way of each request, which the SDK's clients have in common. */
export type RequestPolicy = NonNullable<TokenCredentialOptions['additionalPolicies']>[number]['policy'];

/** For one client: the policy that its requests pass (`perCall`), and the connections that they go over. */
export type BoundedRequests = { readonly policy: RequestPolicy; close(): void };

// Shorter than the idle time of the services' front ends, so that it is we who close: what is sent on a connection that
// the other side is just closing is lost, and nobody can tell whether it was executed.
const IDLE_CONNECTION_MS = 15_000;
const CONNECTIONS_MAX = 256;

/**
 * Ends each request that has not been answered in time, whichever method of the SDK sent it: some take no signal. Not the
 * SDK's own `timeout`, which stops counting when the headers are there and waits for the body for ever; and not the signal
 * alone, which a credential that is slow to fetch its token need not heed.
 */
export function boundedRequests(timeLimitMs: number): BoundedRequests {
  const settings = {
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    maxSockets: CONNECTIONS_MAX,
    scheduling: 'lifo',
  } as const;
  const http = new HttpAgent(settings);
  const https = new HttpsAgent(settings);
  const policy: RequestPolicy = {
    name: 'boundedRequest',
    async sendRequest(request, next) {
      const controller = new AbortController();
      request.abortSignal = controller.signal;
      // A proxy from the environment has put its own agent there already.
      request.agent ??= request.url.startsWith('https:') ? https : http;
      const answer = await inTime(next(request), timeLimitMs);
      if (answer !== 'late') return answer;
      controller.abort();
      throw new DOMException('the request took too long', 'TimeoutError');
    },
  };
  return {
    policy,
    close() {
      http.destroy();
      https.destroy();
    },
  };
}
