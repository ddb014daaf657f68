/** Names of fields within each thing of a list. */
export const within = (list: string, fields: readonly string[]): readonly string[] =>
  fields.map((field) => `${list}[].${field}`);

const DISCLOSURE = [
  'date',
  'purpose',
  'recipient.address',
  'recipient.name',
  'source.stream',
  'source.version',
  'what',
];
export const ACCOUNTING = [
  ...within('disclosures', DISCLOSURE),
  ...within('suspended', ['agency', 'disclosures', 'until']),
  ...['flaws[]', 'from', 'memberId', 'to'],
];
export const NOTED = ['id', 'memberId', 'recordedAt'];
const COUNTED = ['byAction.list', 'byKind.person', 'glassBroken', 'looks', 'refusals'];
export const REVIEWED = ['actors', 'glassBroken', 'looks', 'refusals'].map((field) => `counts.${field}`);
const SIGNED = ['actor', 'at', 'id', 'month', 'sha256', 'statement', ...REVIEWED];
const LISTED = [...DISCLOSURE, 'exportId', 'isWhole', 'memberIds[]', 'members', 'suspended'];
export const EVIDENCE = [
  ...COUNTED.map((field) => `access.${field}`),
  ...['calls.byDisposition.busy', 'calls.calls', 'calls.mostInADay', 'calls.mostInAWeek', 'checkpoint', 'flaws[]'],
  ...within('disclosures', LISTED),
  ...['gatheredAt', 'log.firstDay', 'log.streams', 'period.from', 'period.to', 'requests'],
  ...within('reviews', ['isOver', 'month', 'sha256', 'text', ...REVIEWED, ...within('signOffs', SIGNED)]),
  ...within('scripts', ['calls', 'hash', 'id', 'publishedAt', 'text', 'version']),
  ...within('starts', ['at', 'process', 'settings.staff', 'verifierKey', 'version']),
  ...['verification', 'verifications.count', 'verifications.withFindings', 'verifierKey'],
];
export const SEEN = [
  ...['action', 'actor', 'address', 'at', 'calls', 'kind', 'members', 'purpose', 'reason', 'refused', 'requestId'],
  ...['roles[]', 'stream', 'version'],
];
