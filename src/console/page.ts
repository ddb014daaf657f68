import type { FastifyReply } from 'fastify';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/**
 * What a page may load: its own files. The hash is that of the style which Turbo's progress bar puts into the page (8.0.23).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers with a page. */
export function sendPage(reply: FastifyReply, page: VNode, status = 200): FastifyReply {
  return reply.code(status).send(pageOf(reply, page));
}

/** A page as it is sent, with its headers. Nobody keeps it: it shows members' data, and what it shows is over in a minute. */
export function pageOf(reply: FastifyReply, page: VNode): string {
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    // `no-referrer` would make the Origin of our own forms `null`.
    .header('referrer-policy', 'same-origin');
  return `<!doctype html>${renderToString(page)}`;
}
