import type { FastifyInstance } from 'fastify';
import type { PageDeps } from '../../deps.ts';
import { accountingPage } from './accounting.ts';
import { callProof } from './call-proof.ts';
import { exportPages } from './exports.ts';
import { looksPage } from './looks.ts';
import { reviewPage } from './review.ts';
import { searchPage } from './search.ts';
import { verifyPage } from './verify.ts';

/** What Compliance does: find, see who looked, prove, and give away. */
export function auditPages(server: FastifyInstance, deps: PageDeps): void {
  searchPage(server, deps);
  looksPage(server, deps);
  reviewPage(server, deps);
  verifyPage(server, deps);
  callProof(server, deps);
  exportPages(server, deps);
  accountingPage(server, deps);
}
