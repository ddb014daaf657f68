import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Role } from '../../src/identity/staff.ts';
import { EXPORTED } from '../http/api/audit/samples.ts';
import { CALL, HASH } from '../http/samples.ts';

const EVERYBODY: readonly Role[] = ['Coordinator', 'Compliance', 'Operator'];
const READERS: readonly Role[] = ['Coordinator', 'Compliance'];
const COORDINATORS: readonly Role[] = ['Coordinator'];
const COMPLIANCE: readonly Role[] = ['Compliance'];
const OPERATORS: readonly Role[] = ['Operator'];

/**
 * A route of the console. A new one needs a row here, and is then tried with every role, with hostile data, without the record
 * of looks, and before anybody asks for it.
 */
export type Row = {
  readonly method: 'GET' | 'POST';
  /** As it is registered. */
  readonly route: string;
  /** As it is asked for, where that is something else. */
  readonly path?: string;
  /** Of a form. */
  readonly fields?: Readonly<Record<string, string>>;
  /** A file that a form sends, in place of fields. */
  readonly upload?: string;
  readonly roles: readonly Role[];
  /** For whoever may. */
  readonly status: number;
  /** Whether a member's data is on it: then the look is put down before, or nothing is shown. */
  readonly shows: boolean;
  /** `elsewhere`: it leads on; `word`: what scripts ask; `stream`: its answer has no end. */
  readonly gives: 'page' | 'elsewhere' | 'file' | 'word' | 'stream';
  /** What was typed is shown again where it could not be done, and of whom that was. */
  readonly keepsForm?: boolean;
  /** It is for everybody who can reach the server: it holds nothing of anybody. */
  readonly isOpen?: boolean;
};

type Given = Partial<Row> & Pick<Row, 'route'>;

const page = (given: Given): Row => ({
  ...{ method: 'GET', gives: 'page', roles: READERS, status: 200, shows: true },
  ...given,
});
const form = (given: Given): Row => ({
  ...{ method: 'POST', gives: 'elsewhere', roles: COORDINATORS, status: 303, shows: false },
  ...given,
});
const file = (given: Given): Row => page({ gives: 'file', roles: COMPLIANCE, ...given });
/** Of nobody, and for everybody. */
const plain = (given: Given): Row => page({ roles: EVERYBODY, shows: false, ...given });

const { exportId } = EXPORTED.begin;
const CSV = 'memberId,phoneNumber\nM-7,+12025550143\n';
const CONFIRMED = {
  name: 'm.csv',
  file: Buffer.from(CSV).toString('base64url'),
  sha256: createHash('sha256').update(CSV).digest('hex'),
};
const STUCK = `/console/operations/stuck/${CALL}`;

const OUTSIDE: readonly Row[] = [
  plain({ route: '/', status: 302, isOpen: true, gives: 'elsewhere' }),
  plain({
    ...{ route: '/console/assets/:version/:name', path: '/console/assets/0/console.css' },
    ...{ isOpen: true, gives: 'file' },
  }),
];

const DAY: readonly Row[] = [
  page({ route: '/console', roles: EVERYBODY }),
  plain({ route: '/console/live', gives: 'stream' }),
  // As Fastify draws it.
  plain({ route: '/console*', path: '/console/nothing/here', status: 404 }),
  form({ route: '/console/call-now', fields: { memberId: 'M-1', key: 'k' } }),
  form({ route: '/console/search', fields: { q: 'M-1' }, roles: READERS }),
];

const CALLS: readonly Row[] = [
  page({ route: '/console/calls' }),
  file({ route: '/console/calls.csv', roles: READERS }),
  page({ route: '/console/calls/:id', path: `/console/calls/${CALL}` }),
  file({ route: '/console/calls/:id/proof', path: `/console/calls/${CALL}/proof` }),
  form({ route: '/console/calls/:id/cancel', path: `/console/calls/${CALL}/cancel` }),
];

const MEMBERS: readonly Row[] = [
  page({ route: '/console/members' }),
  page({ route: '/console/members/search', status: 303, gives: 'elsewhere', shows: false }),
  page({ method: 'POST', route: '/console/members/search', fields: { q: 'M-1' } }),
  page({ route: '/console/members/:id', path: '/console/members/M-1' }),
  page({
    ...{ method: 'POST', route: '/console/members/:id/number', path: '/console/members/M-1/number' },
    ...{ fields: { reason: 'they called' }, keepsForm: true },
  }),
  page({ route: '/console/members/:id/phone', path: '/console/members/M-1/phone' }),
  form({ route: '/console/members/:id/phone/:deed', path: '/console/members/M-1/phone/take-up', roles: READERS }),
  page({ route: '/console/members/:id/remove', path: '/console/members/M-1/remove', roles: COORDINATORS }),
  form({ route: '/console/members/:id/remove', path: '/console/members/M-1/remove', fields: { reason: 'left' } }),
  page({ route: '/console/members/import', roles: COORDINATORS, shows: false }),
  page({ method: 'POST', route: '/console/members/import', upload: CSV, roles: COORDINATORS, shows: false }),
  form({ route: '/console/members/import/confirm', fields: CONFIRMED }),
];

const AUDIT: readonly Row[] = [
  page({ route: '/console/audit', path: '/console/audit?memberId=M-1', roles: COMPLIANCE }),
  page({ route: '/console/audit/looks', roles: COMPLIANCE }),
  page({
    ...{ route: '/console/audit/members/:id/disclosures', path: '/console/audit/members/M-1/disclosures' },
    roles: COMPLIANCE,
  }),
  plain({ route: '/console/audit/review', roles: COMPLIANCE }),
  form({
    route: '/console/audit/review',
    roles: COMPLIANCE,
    fields: { month: '2026-02', statement: 'read' },
    status: 409,
  }),
  page({ route: '/console/audit/verify', roles: COMPLIANCE }),
  form({ route: '/console/audit/verify', roles: COMPLIANCE }),
  file({ route: '/console/audit/checkpoint', shows: false }),
  form({ route: '/console/audit/checkpoint', roles: COMPLIANCE }),
  page({ route: '/console/audit/exports', roles: COMPLIANCE }),
  page({ route: '/console/audit/exports/new', path: '/console/audit/exports/new?member=M-1', roles: COMPLIANCE }),
  form({
    ...{ route: '/console/audit/exports/new', roles: COMPLIANCE },
    fields: { member: 'M-1', name: 'A Court', purpose: 'HLEGAL' },
  }),
  page({
    ...{ route: '/console/audit/exports/:exportId', path: `/console/audit/exports/${exportId}` },
    roles: COMPLIANCE,
  }),
  file({
    ...{ method: 'POST', route: '/console/audit/exports/:exportId/file' },
    path: `/console/audit/exports/${exportId}/file`,
  }),
];

const OPERATIONS: readonly Row[] = [
  page({ route: '/console/operations', roles: OPERATORS }),
  page({ route: '/console/operations/stuck/:id', path: STUCK, roles: OPERATORS }),
  ...['check', 'close'].map((how) =>
    form({
      ...{ route: `/console/operations/stuck/:id/${how}`, path: `${STUCK}/${how}` },
      ...{ fields: { reason: 'silent' }, roles: OPERATORS },
    }),
  ),
  page({ route: '/console/operations/quarantine', roles: OPERATORS }),
  form({
    ...{ route: '/console/operations/quarantine/release', roles: OPERATORS },
    fields: { release: '2026-03-01 item-1' },
  }),
  form({
    ...{ route: '/console/operations/quarantine/discard', roles: OPERATORS },
    fields: { 'pick-1': 'item-1', reason: 'not ours' },
  }),
  form({
    ...{ route: '/console/operations/quarantine/discard-all', roles: OPERATORS },
    fields: { until: '2026-03-01T09:00:00.000Z', reason: 'not ours' },
  }),
  plain({ route: '/console/operations/sessions', path: '/console/operations/sessions?name=anna', roles: OPERATORS }),
  form({
    ...{ route: '/console/operations/sessions/end', roles: OPERATORS },
    fields: { name: 'anna', reason: 'left the plan' },
  }),
];

const SCRIPTS: readonly Row[] = [
  plain({ route: '/console/scripts' }),
  plain({ route: '/console/scripts/:hash', path: `/console/scripts/${HASH}` }),
  plain({ route: '/console/scripts/:hash/try', path: `/console/scripts/${HASH}/try` }),
];

/** Around who somebody is; without a sign-in there is nobody to sign out. */
const ME: readonly Row[] = [
  plain({ route: '/console/me' }),
  plain({ route: '/console/back' }),
  plain({ route: '/console/session', gives: 'word' }),
  form({ route: '/console/me/choices', fields: { zone: 'UTC' }, roles: EVERYBODY }),
  form({ route: '/console/seen-as', fields: { role: 'Operator' }, roles: EVERYBODY }),
  form({ route: '/console/here', roles: EVERYBODY, gives: 'word', status: 204 }),
  form({ route: '/console/sign-out/idle', roles: EVERYBODY, gives: 'word', status: 204 }),
  ...['', '/everywhere', '/one'].map((which) => form({ route: `/console/sign-out${which}`, roles: EVERYBODY })),
];

export const ROWS: readonly Row[] = [
  ...[...OUTSIDE, ...DAY, ...CALLS, ...MEMBERS],
  ...[...AUDIT, ...OPERATIONS, ...SCRIPTS, ...ME],
];

/** There where people sign in: for whoever is not yet. Told in sign-in.test.ts and entra.test.ts. */
export const BY_KEY: readonly string[] = ['GET /console/sign-in', 'GET /console/signed-out', 'POST /console/sign-in'];
export const BY_ENTRA: readonly string[] = [
  ...['GET /console/sign-in', 'GET /console/sign-in/entra'],
  ...['GET /console/signed-in', 'GET /console/signed-out'],
];

export const PAGES = ROWS.filter(({ gives }) => gives === 'page');
export const FILES = ROWS.filter(({ gives, isOpen }) => gives === 'file' && !isOpen);

export function pathOf({ route, path = route }: Row): string {
  return path;
}

/** Without what is asked. */
export function placeOf(row: Row): string {
  return pathOf(row).split('?', 1)[0]!;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const UPLOAD = { 'content-type': 'multipart/form-data; boundary=b' };

/** Asks for a route, or sends its form. @param role as whom the console is seen */
export function ask(server: FastifyInstance, row: Row, role: Role, headers: Readonly<Record<string, string>> = {}) {
  const { method, fields, upload } = row;
  const sent = { host: '127.0.0.1', origin: 'http://127.0.0.1', cookie: `callistra-seen-as=${role}`, ...headers };
  const url = pathOf(row);
  if (method === 'GET') return server.inject({ url, headers: sent });
  if (upload === undefined) {
    return server.inject({ method, url, headers: { ...sent, ...FORM }, payload: `${new URLSearchParams(fields)}` });
  }
  const head = 'content-disposition: form-data; name="file"; filename="m.csv"';
  const payload = `--b\r\n${head}\r\n\r\n${upload}\r\n--b--\r\n`;
  return server.inject({ method, url, headers: { ...sent, ...UPLOAD }, payload });
}
