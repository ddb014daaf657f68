import { CodedError } from '../base/coded-error.ts';
import { proxyFor } from './proxy.ts';

/** Somebody sends more than they could have to say. */
export class AnswerError extends CodedError<'NET_ANSWER_TOO_LARGE'> {
  override readonly name = 'AnswerError';
}

/** What Node's own fetch takes; redirects are answers like any other and are not followed. */
export type AskOptions = Omit<RequestInit, 'redirect' | 'dispatcher'>;

/**
 * Node's fetch, by the one rule about proxies. A redirect is not followed: it would carry what is asked, and who asks, to somebody
 * else.
 * @throws ProxyError; what fetch throws
 */
export async function ask(url: string | URL, options: AskOptions = {}): Promise<Response> {
  const proxy = proxyFor(url);
  if (!proxy) return fetch(url, { ...options, redirect: 'manual' });
  // Node 20's own fetch knows no proxies.
  const { fetch: fetchVia } = await import('undici');
  const init = { ...options, redirect: 'manual', dispatcher: await dispatcherFor(proxy) };
  return (await fetchVia(url, init as Parameters<typeof fetchVia>[1])) as unknown as Response;
}

type Dispatcher = import('undici').Dispatcher;

const dispatchers = new Map<string, Dispatcher>();

async function dispatcherFor({ href, origin, username, password }: URL): Promise<Dispatcher> {
  const { ProxyAgent } = await import('undici');
  const known = dispatchers.get(href);
  if (known) return known;
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const token = username || password ? { token: `Basic ${secret}` } : {};
  const dispatcher = new ProxyAgent({ uri: origin, proxyTunnel: false, ...token });
  dispatchers.set(href, dispatcher);
  return dispatcher;
}

/**
 * The body of an answer, read until it has more bytes than anybody could mean.
 * @throws AnswerError NET_ANSWER_TOO_LARGE
 */
export async function bytesWithin({ body }: Pick<Response, 'body'>, bytesMax: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The same as text in UTF-8. @throws AnswerError NET_ANSWER_TOO_LARGE */
export async function textWithin(response: Pick<Response, 'body'>, bytesMax: number): Promise<string> {
  return (await bytesWithin(response, bytesMax)).toString('utf8');
}

export function tooLarge(bytesMax: number): AnswerError {
  return new AnswerError('NET_ANSWER_TOO_LARGE', `an answer has more than ${bytesMax} bytes`);
}
