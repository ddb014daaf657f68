import type { IncomingHttpHeaders } from 'node:http';
import { DEFAULT_PURPOSE, PURPOSES, type Purpose } from '../audit/access/look.ts';
import type { ProblemCode } from './problem.ts';

/** What a request is for, as whoever makes it says. */
export type Purposeful = { readonly purpose: Purpose; readonly reason?: string | undefined };

const REASON_MAX = 500;

/** What is asked for and why, from the headers `x-purpose-of-use` and `x-reason`. */
export function purposeOf(headers: IncomingHttpHeaders): Purposeful | { readonly problem: ProblemCode } {
  const { 'x-purpose-of-use': asked = DEFAULT_PURPOSE, 'x-reason': given } = headers;
  const purpose = PURPOSES.find((each) => each === asked);
  if (!purpose) return { problem: 'INVALID_PURPOSE' };
  if (given === undefined) return purpose === 'BTG' ? { problem: 'REASON_REQUIRED' } : { purpose };
  const reason = typeof given === 'string' ? readReason(given) : null;
  return reason === null ? { problem: 'INVALID_REASON' } : { purpose, reason };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Node gives each byte of a header as a character; people write in UTF-8. */
function readReason(header: string): string | null {
  return reasonIn(decode(Buffer.from(header, 'latin1')));
}

/** A reason as somebody gives it; null: it is none, or too long, or not one line. */
export function reasonIn(given: string): string | null {
  const text = given.trim();
  return text.length >= 1 && text.length <= REASON_MAX && !/\p{Cc}/u.test(text) ? text : null;
}

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
