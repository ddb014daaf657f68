import type { FastifyInstance } from 'fastify';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendPage } from '../../page.ts';
import { Review } from '../../pages/audit/review.tsx';
import { sendTrouble } from '../../troubles.ts';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';
import { fieldsIn } from './asked.ts';

const PATH = '/console/audit/review';
const STATEMENT_MAX = 500;
const SHA256 = /^[0-9a-f]{64}$/;
const options = { schema: { hide: true }, onRequest: forCompliance };

type Asked = { Querystring: Readonly<Record<string, unknown>> };
type Form = { Body: Readonly<Record<string, string>> };

/** `GET` and `POST /console/audit/review`: who looked in a month, read and signed off. */
export function reviewPage(server: FastifyInstance, { audit, clock }: PageDeps): void {
  server.get<Asked>(PATH, options, async (request, reply) => {
    const { month, signed } = fieldsIn(request.query, ['month', 'signed']);
    const visit = visitOf(request);
    const page = { visit, month: month ?? monthBefore(clock.now()), isSigned: signed === '1' };
    if (month === undefined) return sendPage(reply, Review({ ...page, flaw: null, review: null }));
    const review = await audit.evidence.review(month);
    if (typeof review === 'string') {
      return sendPage(reply, Review({ ...page, flaw: 'A month is written as 2026-10.', review: null }), 400);
    }
    // No member is shown, so none is named.
    await recordLook(request, audit.access, { action: 'evidence', calls: [], members: [], fields: ['month'] });
    return sendPage(reply, Review({ ...page, flaw: null, review }));
  });
  server.post<Form>(PATH, options, async (request, reply) => {
    const { month = '', statement = '', report = '' } = fieldsIn(request.body, ['month', 'statement', 'report']);
    const link = { href: `${PATH}?${new URLSearchParams({ month })}`, words: 'Read the report again' };
    const refuse = (status: number, words: string) =>
      sendTrouble(request, reply, status, { title: 'Not signed off', words, link });
    if (statement === '' || statement.length > STATEMENT_MAX)
      return refuse(422, `Say what came of the review, in 1 to ${STATEMENT_MAX} characters. Nothing was signed off.`);
    // Who signs has read a report: an address that somebody made up has none.
    if (!SHA256.test(report)) return refuse(409, 'Read the report of the month first. Nothing was signed off.');
    const signed = await audit.evidence.signOff({ month, statement, report, actor: request.actor });
    if (typeof signed === 'string') return refuse(409, `Nothing was signed off: ${signed}.`);
    return reply.redirect(`${PATH}?${new URLSearchParams({ month, signed: '1' })}`, 303);
  });
}

/** The last one that is over: `2026-10`. */
function monthBefore(nowMs: number): string {
  const begin = new Date(nowMs);
  begin.setUTCDate(0);
  return begin.toISOString().slice(0, 7);
}
