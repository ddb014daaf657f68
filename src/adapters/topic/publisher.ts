import { AzureKeyCredential, EventGridPublisherClient, type EventGridPublisherClientOptions } from '@azure/eventgrid';
import type { TokenCredential } from '@azure/identity';
import type { Notice } from '../../app/notices.ts';
import type { NoticePublisher } from '../../app/ports.ts';
import { sharedHttpClient } from '../../azure/http-client.ts';
import { isLoopbackHost } from '../../base/loopback.ts';
import { inTime } from '../../base/time-limit.ts';
import { NoticeError } from './error.ts';

/** A topic of the CloudEvents schema (`https://…/api/events`), and how we prove who we are. */
type TopicAccess =
  | { readonly endpoint: string; readonly key: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

export type TopicOptions = {
  /** Whatever the SDK does meanwhile, its repetitions included, a request is given up after this; default 10,000. */
  readonly timeLimitMs?: number;
};

/** Publishes to Event Grid. */
export type TopicPublisher = NoticePublisher & {
  /**
   * Finds out whether the topic can be reached and lets us in, and publishes nothing.
   * @throws NoticeError
   */
  check(): Promise<void>;
};

/** Where all our events come from; what they are about is their subject. */
const SOURCE = '/callistra';
const TIME_LIMIT_MS = 10_000;
/** Few and quick: whoever publishes comes back later, and consumers drop what they have seen. */
const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** @throws NoticeError NOTICE_BAD_ENDPOINT */
export function createTopicPublisher(access: TopicAccess, options: TopicOptions = {}): TopicPublisher {
  const { timeLimitMs = TIME_LIMIT_MS } = options;
  const client = clientFor(access);

  const send = async (notices: readonly Notice[]): Promise<Failure | null> => {
    const controller = new AbortController();
    const sent = client.send(notices.map(cloudEvent), { abortSignal: controller.signal });
    // The SDK's error holds the request: it ends here. Not the signal alone: a credential that is slow to fetch its token
    // need not heed it.
    const failure = await inTime(
      sent.then(() => null, failureOf),
      timeLimitMs,
    );
    if (failure !== 'late') return failure;
    controller.abort();
    return { status: null };
  };

  return {
    async publish(notices) {
      const failure = await send(notices);
      if (failure) throw noticeError(failure);
    },
    async check() {
      const failure = await send([]);
      // Whoever finds fault with a batch of nothing has let us in.
      if (failure && failure.status !== 400) throw noticeError(failure);
    },
  };
}

/** Null: no answer. */
type Failure = { readonly status: number | null };

function clientFor(access: TopicAccess): EventGridPublisherClient<'CloudEvent'> {
  const { endpoint } = access;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw bad('is not an http or https URL');
  const isSecure = url.protocol === 'https:';
  if (!isSecure && !isLoopbackHost(url.hostname)) throw bad('is not https');
  if (!isSecure && 'credential' in access) throw bad('is not https, and a token goes over nothing else');
  const options: EventGridPublisherClientOptions = {
    httpClient: sharedHttpClient(),
    retryOptions: RETRIES,
    // A topic does not redirect; following one would carry our key elsewhere.
    redirectOptions: { maxRetries: 0 },
    ...(!isSecure && { allowInsecureConnection: true }),
  };
  const credential = 'key' in access ? new AzureKeyCredential(access.key) : access.credential;
  return new EventGridPublisherClient(endpoint, 'CloudEvent', credential, options);
}

function cloudEvent({ id, type, callSessionId, at, data }: Notice) {
  return { id, type, source: SOURCE, subject: `calls/${callSessionId}`, time: new Date(at), data };
}

/** Statuses that the same request will get again until somebody changes a setting. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413]);

function failureOf(error: unknown): Failure {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : null;
  return { status: typeof status === 'number' ? status : null };
}

function noticeError({ status }: Failure): NoticeError {
  if (status === null) return new NoticeError('NOTICE_UNAVAILABLE', 'the topic did not answer');
  return new NoticeError(
    REFUSALS.has(status) ? 'NOTICE_REFUSED' : 'NOTICE_UNAVAILABLE',
    `the topic answered ${status}`,
  );
}

function bad(what: string): NoticeError {
  return new NoticeError('NOTICE_BAD_ENDPOINT', `the topic's endpoint ${what}`);
}
