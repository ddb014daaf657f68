import type { TokenCredentialOptions } from '@azure/identity';
import { inTime } from '../base/time-limit.ts';

/** A step on the way of each request, which the SDK's clients have in common. */
export type RequestPolicy = NonNullable<TokenCredentialOptions['additionalPolicies']>[number]['policy'];

/** Tells what time the service says it is, with each of its answers. */
export function heardDates(heard: (date: string) => void): RequestPolicy {
  return {
    name: 'heardDate',
    async sendRequest(request, next) {
      const answer = await next(request);
      const date = answer.headers.get('date');
      if (date !== undefined) heard(date);
      return answer;
    },
  };
}

/**
 * Ends each request that has not been answered in time, whichever method of the SDK sent it: some take no signal. Not the
 * SDK's own `timeout`, which stops counting when the headers are there and waits for the body for ever; and not the signal
 * alone, which a credential that is slow to fetch its token need not heed.
 */
export function boundedRequests(timeLimitMs: number): RequestPolicy {
  return {
    name: 'boundedRequest',
    async sendRequest(request, next) {
      const controller = new AbortController();
      request.abortSignal = controller.signal;
      const answer = await inTime(next(request), timeLimitMs);
      if (answer !== 'late') return answer;
      controller.abort();
      throw new DOMException('the request took too long', 'TimeoutError');
    },
  };
}
