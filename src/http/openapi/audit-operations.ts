import type { Operation } from './operation.ts';

const CALL = '019ab000-0000-7000-8000-000000000001';
const MEMBER = { id: 'M-1001' };
const TEXT = { type: 'string' };
const BYTES = { type: 'string', format: 'binary' };
const NO_CHECKPOINT = ['CHECKPOINT_UNAVAILABLE', 'CHECKPOINT_FORK', 'CHECKPOINT_KEY'] as const;

const Bundle = {
  title: 'AuditEventBundle',
  type: 'object',
  description: 'A Bundle of FHIR R4 AuditEvents',
  required: ['resourceType', 'type'],
  properties: {
    resourceType: { type: 'string', enum: ['Bundle'] },
    type: { type: 'string', enum: ['collection'] },
    entry: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
  additionalProperties: true,
};
const Opened = {
  title: 'OpenedTree',
  type: 'object',
  required: ['origin', 'verifierKey'],
  properties: { origin: TEXT, verifierKey: TEXT },
};

/** The rows of compliance staff's routes. */
export const AUDIT_OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /api/audit/access': { id: 'listLooks', errors: ['INVALID_CURSOR', 'DISK_LOW'] },
  'GET /api/audit/access/review': { id: 'reviewLooks', errors: ['INVALID_CURSOR', 'DISK_LOW'] },
  'GET /api/audit/fhir/audit-events': {
    id: 'listAuditEvents',
    errors: ['INVALID_CURSOR', 'DISK_LOW'],
    answer: { media: { 'application/fhir+json': Bundle } },
  },
  'POST /api/audit/backups': { id: 'recordBackup', errors: ['DISK_LOW'] },
  'GET /api/audit/log/checkpoint': {
    id: 'getCheckpoint',
    errors: ['CHECKPOINT_NOT_FOUND'],
    answer: { media: { 'text/plain': TEXT } },
  },
  'GET /api/audit/log/tile/*': {
    id: 'getTile',
    errors: ['TILE_NOT_FOUND', 'CHECKPOINT_UNAVAILABLE'],
    parameters: { tile: '0/000.p/1' },
    answer: { media: { 'application/octet-stream': BYTES } },
  },
  'POST /api/audit/checkpoint': {
    id: 'makeCheckpoint',
    errors: NO_CHECKPOINT,
    answer: { media: { 'text/plain': TEXT } },
  },
  'POST /api/audit/reopen': {
    id: 'reopenLog',
    errors: NO_CHECKPOINT,
    body: { example: { reason: 'the log was restored from a copy' } },
    answer: { media: { 'application/json': Opened } },
  },
  'GET /api/audit/calls/:id': {
    id: 'replayCall',
    errors: ['CALL_NOT_FOUND', 'DISK_LOW'],
    parameters: { id: CALL },
  },
  'GET /api/audit/calls/:id/check': {
    id: 'checkCallAgainstLog',
    errors: ['CALL_NOT_FOUND', 'DISK_LOW'],
    parameters: { id: CALL },
  },
  'GET /api/audit/calls/:id/proof': {
    id: 'getProofOfCall',
    errors: ['PROOF_NOT_FOUND', 'DISK_LOW', ...NO_CHECKPOINT],
    parameters: { id: CALL },
    answer: { media: { 'application/octet-stream': BYTES } },
  },
  'GET /api/audit/checkpoint': { id: 'getCheckpointStatus', errors: ['CHECKPOINT_UNAVAILABLE'] },
  'GET /api/audit/members/:id': {
    id: 'getMemberHistory',
    errors: ['INVALID_CURSOR', 'MEMBER_NOT_FOUND', 'DISK_LOW'],
    parameters: MEMBER,
  },
  'GET /api/audit/members/:id/disclosures': {
    id: 'accountForDisclosures',
    errors: ['MEMBER_NOT_FOUND', 'DISK_LOW'],
    parameters: MEMBER,
  },
  'POST /api/audit/disclosures': {
    id: 'recordDisclosure',
    errors: ['MEMBER_NOT_FOUND'],
    body: {
      example: {
        ...{ memberId: 'M-1001', recipient: 'Example Court', what: 'the record of one telephone call' },
        ...{ purpose: 'a subpoena', on: '2026-03-02', reason: 'sent by post' },
      },
    },
  },
  'POST /api/audit/suspensions': {
    id: 'recordSuspension',
    errors: ['MEMBER_NOT_FOUND'],
    body: {
      example: { memberId: 'M-1001', agency: 'Example Agency', until: '2030-04-01', reason: 'its letter of 2 March' },
    },
  },
  'GET /api/audit/evidence': { id: 'gatherEvidence', errors: ['DISK_LOW'] },
  'GET /api/audit/evidence/looks': {
    id: 'listEvidenceOfLooks',
    errors: ['INVALID_CURSOR', 'DISK_LOW'],
    parameters: { from: '2026-02-01', to: '2026-03-01' },
  },
  'POST /api/audit/sign-offs': {
    id: 'signOffReview',
    body: { example: { month: '2026-02', statement: 'I have read it and found nothing odd' } },
  },
  'GET /api/audit/search': {
    id: 'searchCalls',
    errors: ['INVALID_CURSOR', 'DISK_LOW'],
    parameters: { memberId: 'M-1001' },
  },
  'POST /api/audit/verify': { id: 'beginVerification', answer: { headers: ['Location'] } },
  'GET /api/audit/verify': { id: 'getVerification', errors: ['DISK_LOW'] },
  'POST /api/audit/exports': {
    id: 'beginExport',
    errors: ['CALL_NOT_FOUND', 'MEMBER_NOT_FOUND', ...NO_CHECKPOINT],
    body: { example: { memberId: 'M-1001', recipient: { name: 'Example Court' }, purpose: 'HLEGAL' } },
  },
  'GET /api/audit/exports': { id: 'listExports', errors: ['CHECKPOINT_UNAVAILABLE', 'DISK_LOW'] },
  'GET /api/audit/exports/:exportId': {
    id: 'getExport',
    errors: ['EXPORT_NOT_FOUND', 'DISK_LOW', ...NO_CHECKPOINT],
    parameters: { exportId: '2026-03-02.0199' },
  },
  'POST /api/audit/exports/:exportId/parts': {
    id: 'continueExport',
    errors: ['EXPORT_NOT_FOUND', 'EXPORT_NOTE', 'EXPORT_BEGIN_AGAIN', 'DISK_LOW', ...NO_CHECKPOINT],
    parameters: { exportId: '2026-03-02.0199' },
    body: { example: { after: 'the last note so far' } },
    answer: { media: { 'application/x-ndjson': TEXT } },
  },
  'POST /api/audit/requests': {
    id: 'recordRequest',
    errors: ['MEMBER_NOT_FOUND'],
    body: { example: { kind: 'hold', memberId: 'M-1001', reason: 'a letter of the court' } },
  },
};
