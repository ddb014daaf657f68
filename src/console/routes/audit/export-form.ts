import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PURPOSES } from '../../../audit/access/look.ts';
import { readWithhold, type ScopeAsked } from '../../../audit/export/asked.ts';
import type { Withhold } from '../../../audit/export/entries.ts';
import { MEMBER_ID } from '../../../audit/replay/asked.ts';
import { errorCode } from '../../../base/coded-error.ts';
import { foldUuid } from '../../../base/uuid.ts';
import { isCallStream } from '../../../domain/streams.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendPage } from '../../page.ts';
import { ExportForm, type RowCount } from '../../pages/audit/export-form.tsx';
import { sendTrouble } from '../../troubles.ts';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';
import { daysAsked, type Fields, fieldsIn } from './asked.ts';
import type { ExportsOf } from './one-export.ts';

const LIST = '/console/audit/exports';
const SCOPE = ['call', 'member', 'from', 'to'];
const WHOM = ['name', 'address', 'purpose', 'reason', 'withhold'];
/** So many calls are counted; more is more. */
const COUNTED = 1_000;
const PLAIN = /^\P{Cc}+$/u;
const MOST: Readonly<Record<string, number>> = { name: 200, address: 300, reason: 500 };
/** As the API takes them. */
const WITHHOLD_MAX = { lines: 100, entries: 700, reason: 200 };

type NewQuery = { Querystring: Readonly<Record<string, unknown>> };
type Form = { Body: Readonly<Record<string, string>> };

/** `GET` and `POST /console/audit/exports/new`: first of what, with how many calls that is; then to whom and what for. */
export function exportForm(server: FastifyInstance, deps: PageDeps, exports: ExportsOf): void {
  const options = { schema: { hide: true }, onRequest: forCompliance };
  server.get<NewQuery>(`${LIST}/new`, options, (request, reply) =>
    showForm(deps, request, reply, { scope: fieldsIn(request.query, SCOPE), given: {}, flaw: null }),
  );

  server.post<Form>(`${LIST}/new`, options, async (request, reply) => {
    const scope = fieldsIn(request.body, SCOPE);
    const given = fieldsIn(request.body, WHOM);
    const again = (flaw: string, status: number) => showForm(deps, request, reply, { scope, given, flaw, status });
    const asked = scopeIn(scope);
    const flaw = typeof asked === 'string' ? asked : flawIn(given);
    if (typeof asked === 'string' || flaw !== null) return again(flaw ?? '', 400);
    try {
      const begun = await exports.begin(asked, askedBy(request, given));
      if (typeof begun === 'string') return again(`This cannot be exported: ${begun}.`, 400);
      if (begun === null) return noSuchThing(request, reply);
      return reply.redirect(`${LIST}/${begun.exportId}`, 303);
    } catch (error) {
      if (!errorCode(error).startsWith('CHECKPOINT_')) throw error;
      return again(`No checkpoint can be made at the moment, so nothing was exported: ${wordsOf(error)}.`, 503);
    }
  });
}

type Shown = { readonly scope: Fields; readonly given: Fields; readonly flaw: string | null; readonly status?: number };

/** What was typed stays, whatever is wrong with it. */
async function showForm(deps: PageDeps, request: FastifyRequest, reply: FastifyReply, shown: Shown) {
  const { scope, given, flaw, status = 200 } = shown;
  const asked = scopeIn(scope);
  if (typeof asked === 'string') {
    return sendTrouble(request, reply, 400, {
      title: 'Not exported',
      words: asked,
      link: { href: LIST, words: 'Say of what' },
    });
  }
  const count = await countOf(deps, asked);
  if (count === null) return noSuchThing(request, reply);
  const calls = asked.callSessionId === undefined ? [] : [asked.callSessionId];
  const members = asked.memberId === undefined ? [] : [asked.memberId];
  await recordLook(request, deps.audit.access, { action: 'search', calls, members, fields: Object.keys(scope) });
  return sendPage(reply, ExportForm({ visit: visitOf(request), scope, given, flaw, count }), status);
}

function scopeIn(scope: Fields): ScopeAsked | string {
  const { call, member, ...period } = scope;
  const days = daysAsked(period);
  if (typeof days === 'string') return days;
  const hasDays = Object.keys(days).length > 0;
  if ([call !== undefined, member !== undefined, hasDays].filter(Boolean).length !== 1)
    return 'Say of what: one call, one member, or days.';
  if (call !== undefined)
    return isCallStream(foldUuid(call)) ? { callSessionId: foldUuid(call) } : 'This is no id of a call.';
  if (member !== undefined) return MEMBER_ID.test(member) ? { memberId: member } : 'This is no id of a member.';
  return days;
}

/** The same as the API asks for, in a form's words. */
function flawIn(given: Fields): string | null {
  if (given['name'] === undefined) return 'Say who is given it.';
  if (!PURPOSES.some((each) => each === given['purpose'])) return 'Say what it is for.';
  if (given['purpose'] === 'BTG' && given['reason'] === undefined) return 'Who breaks the glass says why.';
  const { withhold, ...lines } = given;
  if (withheldIn(withhold) === null) return 'What is withheld is one a line: a type or stream/version, =, and why.';
  const isOdd = Object.entries(lines).some(([name, text]) => !PLAIN.test(text) || text.length > (MOST[name] ?? 200));
  return isOdd ? 'A text is too long, or holds what is no character.' : null;
}

/** Each line of a form; null: one of them says nothing of the kind. */
function withheldIn(text = ''): readonly Withhold[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const read = lines.map(readWithhold).filter((one) => one !== null);
  const isGood = ({ entries, reason }: Withhold): boolean =>
    [entries, reason].every((each) => PLAIN.test(each)) &&
    entries.length <= WITHHOLD_MAX.entries &&
    reason.length <= WITHHOLD_MAX.reason;
  return read.length === lines.length && lines.length <= WITHHOLD_MAX.lines && read.every(isGood) ? read : null;
}

function askedBy(request: FastifyRequest, given: Fields): Parameters<ExportsOf['begin']>[1] {
  const { name = '', address, reason } = given;
  const { roles = [], by } = request.staff ?? {};
  return {
    recipient: { name, ...(address !== undefined && { address }) },
    purpose: PURPOSES.find((each) => each === given['purpose']) ?? 'HOPERAT',
    withhold: withheldIn(given['withhold']) ?? [],
    actor: request.actor,
    roles,
    requestId: request.id,
    address: request.address,
    ...(reason !== undefined && { reason }),
    ...(by !== undefined && { by }),
  };
}

/** How many calls the read models know in it; null: there is no such call. */
async function countOf({ app, audit }: PageDeps, scope: ScopeAsked): Promise<RowCount | null> {
  if (scope.callSessionId !== undefined)
    return (await app.status(scope.callSessionId)) ? { calls: 1, more: false } : null;
  const { calls, next } = await audit.replays.search(scope, { limit: COUNTED });
  return { calls: calls.length, more: next !== null };
}

function noSuchThing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendTrouble(request, reply, 404, {
    title: 'Nothing to export',
    words: 'Nobody knows such a call or such a member.',
    link: { href: LIST, words: 'Exports' },
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
