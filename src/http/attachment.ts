import type { FastifyReply } from 'fastify';

/**
 * What is taken away as a file, and never opens as a page: whatever it holds, a browser runs and shows none of it.
 * @param name ASCII letters, digits, dots and dashes
 */
export function attach(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .header('content-type', 'application/octet-stream')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'no-store');
}
