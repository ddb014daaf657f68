import { CodedError } from '../../base/coded-error.ts';
/**
 * QUEUE_MISSING: there is no such queue, and we may not make one. QUEUE_REFUSED: this identity or key may not use it.
 * QUEUE_BAD_ADDRESS: settings that can never work. QUEUE_UNAVAILABLE: anything else; the same may work later.
 */
export type QueueErrorCode = 'QUEUE_MISSING' | 'QUEUE_REFUSED' | 'QUEUE_BAD_ADDRESS' | 'QUEUE_UNAVAILABLE';

/** A queue that cannot be used. Holds nothing of what the service said: that names hosts, requests and messages. */
export class QueueError extends CodedError<QueueErrorCode> {
  override readonly name = 'QueueError';
}

/** What the SDK has thrown, in our words. `gone`: the message is another's by now, or deleted. */
export function classify(error: unknown): QueueErrorCode | 'gone' {
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown };
  if (code === 'MessageNotFound' || code === 'PopReceiptMismatch') return 'gone';
  if (code === 'QueueNotFound') return 'QUEUE_MISSING';
  return statusCode === 401 || statusCode === 403 ? 'QUEUE_REFUSED' : 'QUEUE_UNAVAILABLE';
}
