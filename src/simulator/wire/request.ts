import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './reply.ts';

/** A request as it came over the wire. */
export type WireRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** How a request is answered, if at all. */
export type WireAnswer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** The client waits in vain. */
  | { readonly kind: 'silence' };
