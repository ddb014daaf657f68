import type { TokenCredential } from '@azure/identity';
import { QueueServiceClient } from '@azure/storage-queue';
import { storageHttpClient } from '../../azure/http-client.ts';
import { classify, QueueError } from './error.ts';

/** Where the queues are and how we prove who we are. */
export type QueueAccess =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

type QueueClientOptions = {
  /** False where the queues are made by whoever sets up the account: then the app's role need not allow it. */
  readonly createQueues: boolean;
  /** Called before each request. */
  readonly onRequest?: () => void;
};

export type Receipt = { readonly messageId: string; readonly receipt: string };

type Received = Receipt & { readonly text: string; readonly deliveries: number };

/** One queue. Delays are whole seconds on the wire and rounded up. Everything throws QueueError. */
export type Queue = {
  readonly name: string;
  /** @param expires false: it stays until it is deleted; else it goes after the service's seven days */
  send(text: string, delayMs: number, expires: boolean): Promise<Receipt>;
  receive(most: number, hiddenMs: number): Promise<readonly Received[]>;
  /** @returns null when the message is another's by now */
  update(message: Receipt, hiddenMs: number, text?: string): Promise<Receipt | null>;
  /** Does nothing when the message is another's by now. */
  remove(message: Receipt): Promise<void>;
  /** Messages in it, those included that are hidden; never too few, but it may be too many for a while. */
  count(): Promise<number>;
};

/** An answer that takes longer is none. */
const REQUEST_TIMEOUT_MS = 10_000;
/** 32 messages of 64 KiB, whoever has put them there, with what XML makes of them. */
const ANSWER_BYTES_MAX = 4 * 1024 ** 2;
/** The service's limit for hiding a message, and a minute less than a message lives by default. */
const DELAY_MAX_S = 7 * 86_400 - 60;

/**
 * Opens queues of one account; nothing is asked of it yet.
 * @throws QueueError QUEUE_BAD_ADDRESS
 */
export function createQueues(access: QueueAccess, options: QueueClientOptions): (name: string) => Queue {
  const service = serviceOf(access);
  return (name) => queueOf(service.getQueueClient(name), options);
}

function serviceOf(access: QueueAccess): QueueServiceClient {
  // Whoever uses a queue tries again in its own time; the SDK's repetitions would only come on top.
  const settings = {
    retryOptions: { maxTries: 1 },
    httpClient: storageHttpClient({ answerBytesMax: ANSWER_BYTES_MAX }),
  };
  try {
    return 'connectionString' in access
      ? QueueServiceClient.fromConnectionString(access.connectionString, settings)
      : new QueueServiceClient(access.endpoint, access.credential, settings);
  } catch {
    throw new QueueError('QUEUE_BAD_ADDRESS', 'the address of the queue service cannot be used');
  }
}

function queueOf(client: ReturnType<QueueServiceClient['getQueueClient']>, options: QueueClientOptions): Queue {
  const { name } = client;

  const request = async <T>(send: (limits: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    options.onRequest?.();
    return send({ abortSignal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  };

  /** @returns null when the message is gone */
  const ask = async <T>(
    send: Parameters<typeof request<T>>[0],
    mayCreate = options.createQueues,
  ): Promise<T | null> => {
    try {
      return await request(send);
    } catch (error) {
      const code = classify(error);
      if (code === 'gone') return null;
      if (code !== 'QUEUE_MISSING' || !mayCreate) throw new QueueError(code, `queue ${name}: ${code}`);
    }
    await ask((limits) => client.createIfNotExists(limits), false);
    return ask(send, false);
  };

  return {
    name,
    async send(text, delayMs, expires) {
      const delay = { visibilityTimeout: seconds(delayMs), ...(!expires && { messageTimeToLive: -1 }) };
      const sent = await ask((limits) => client.sendMessage(text, { ...limits, ...delay }));
      if (!sent) throw new QueueError('QUEUE_UNAVAILABLE', `queue ${name}: message not taken`);
      return { messageId: sent.messageId, receipt: sent.popReceipt };
    },
    async receive(most, hiddenMs) {
      const bounds = { numberOfMessages: most, visibilityTimeout: Math.max(1, seconds(hiddenMs)) };
      const received = await ask((limits) => client.receiveMessages({ ...limits, ...bounds }));
      return (received?.receivedMessageItems ?? []).map(({ messageId, popReceipt, messageText, dequeueCount }) => ({
        messageId,
        receipt: popReceipt,
        text: messageText,
        deliveries: dequeueCount,
      }));
    },
    async update({ messageId, receipt }, hiddenMs, text) {
      const updated = await ask((limits) => client.updateMessage(messageId, receipt, text, seconds(hiddenMs), limits));
      return updated ? { messageId, receipt: updated.popReceipt ?? receipt } : null;
    },
    async remove({ messageId, receipt }) {
      await ask((limits) => client.deleteMessage(messageId, receipt, limits));
    },
    async count() {
      const properties = await ask((limits) => client.getProperties(limits));
      return properties?.approximateMessagesCount ?? 0;
    },
  };
}

function seconds(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms / 1_000)), DELAY_MAX_S);
}
