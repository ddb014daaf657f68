import type { AccessRecord } from '../../../projections/access.ts';
import { isOneOf } from '../../base/one-of.ts';
import { ACTIONS, type Action } from '../access/look.ts';

/** What an entry becomes: a pattern of BALP, or a plain event where BALP has none. */
export type Pattern = 'read' | 'query' | 'disclosure' | 'copy' | 'change' | 'refusal';

const PATTERNS: Readonly<Record<Action, Pattern>> = {
  status: 'read',
  list: 'query',
  replay: 'read',
  raw: 'read',
  history: 'read',
  search: 'query',
  access: 'query',
  export: 'disclosure',
  'members-list': 'query',
  quarantine: 'query',
  backup: 'copy',
  verify: 'read',
  'number-revealed': 'read',
  disclosures: 'read',
  evidence: 'query',
  member: 'read',
  'members-export': 'read',
  'members-import': 'change',
  'member-removed': 'change',
  'list-answers': 'query',
  'calls-export': 'query',
};

/** Looks whose calls are all of the one member that they name. Of others nobody knows which call is whose. */
const OF_ONE_MEMBER: ReadonlySet<string> = new Set<Action>(['status', 'replay', 'raw', 'history']);

/** Looks at what was made of the data, and not at one thing. */
const REPORTS: ReadonlySet<string> = new Set<Action>(['history', 'verify']);

/** An action of a later release is taken for a read. */
export function patternOf({ action, refused }: AccessRecord): Pattern {
  if (refused !== null) return 'refusal';
  return isOneOf(ACTIONS, action) ? PATTERNS[action] : 'read';
}

export function isReport({ action }: AccessRecord): boolean {
  return REPORTS.has(action);
}

/** The calls that events of this entry may name: an event of one member must not tell of another one's calls. */
export function callsNamed({ action, calls, members }: AccessRecord): readonly string[] {
  return OF_ONE_MEMBER.has(action) && members.length <= 1 ? [...new Set(calls)] : [];
}
