import { within } from './audit/evidence-fields.ts';

/** What the routes of scripts show. */
const SCRIPT = ['hash', 'id', 'isInForce', 'publishedAt', 'version'];
export const SCRIPTS: readonly string[] = [...within('questionnaires', SCRIPT), 'isWhole'];
const SCRIPT_STEP = ['audience', 'kind', 'name', 'question', 'seconds', 'silence', 'text'];
const CHOICE = ['key', 'next', 'proves', 'value'].map((field) => `keys[].${field}`);
export const WHOLE_SCRIPT: readonly string[] = [
  ...[...SCRIPT, 'apology', 'findings[]', 'language', 'repeatsAfterWrongKey', 'silenceSeconds', 'start', 'voice'],
  ...within('steps', [...SCRIPT_STEP, ...CHOICE, 'keys[]']),
];
const HAPPENED = ['atSeconds', 'because', 'by', 'key', 'kind', 'result', 'seconds', 'step', 'text', 'value'];
export const REHEARSAL: readonly string[] = [
  'answers[]',
  'awaits[]',
  'disposition',
  'status',
  ...within('steps', HAPPENED),
];
