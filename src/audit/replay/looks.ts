import { isOneOf } from '../../base/one-of.ts';
import { ACTIONS, type Action } from '../access/look.ts';
import type { HistoricLook, HistoryPlace, LooksOf } from './api.ts';
import { withoutNumbers } from './command-words.ts';

/** What somebody did who looked. */
const LOOK_WORDS: Readonly<Record<Action, string>> = {
  status: 'looked at the status of a call',
  list: 'saw calls in a list',
  'list-answers': 'saw calls and their answers in a list',
  replay: 'replayed a call',
  raw: 'saw the entries of a call to the byte',
  history: 'looked at this history',
  search: 'found calls in a search',
  access: 'looked at who has looked',
  export: 'exported data',
  'members-list': 'saw the list of members',
  quarantine: 'looked at the quarantine',
  backup: 'copied the log',
  verify: 'verified the log',
  'number-revealed': 'saw the whole number',
  member: 'looked at the member',
  'calls-export': 'took a file of calls away',
  'members-export': 'took a file of members away',
  'members-import': 'brought in a file of members',
  'member-removed': 'removed the member',
  disclosures: 'made an accounting of disclosures',
  evidence: 'gathered evidence for an auditor',
};

/** A look in words, with what it was for. */
export function lookWords({ action, purpose, reason }: Pick<HistoricLook, 'action' | 'purpose' | 'reason'>): string {
  const did = isOneOf(ACTIONS, action) ? LOOK_WORDS[action] : action;
  return [did, purpose === null ? '' : ` (${purpose})`, reason === null ? '' : `: "${withoutNumbers(reason)}"`].join(
    '',
  );
}

/** Whether data has left with it. */
export function isExport({ action }: Pick<HistoricLook, 'action'>): boolean {
  return action === 'export' || action === 'backup';
}

/** A recorded look; its id begins with its time, so ids sort as times do. */
type RecordedLook = Omit<HistoricLook, 'id'> & { readonly recordId: string };
type Page = { readonly filter: { readonly member: string }; readonly before?: string; readonly limit: number };

/** The looks of a member from a list of them, which is newest first and goes on behind an id. */
export function looksFrom(list: (page: Page) => Promise<readonly RecordedLook[]>): LooksOf {
  return async (member, { after, limit }) => {
    const records = await list({ filter: { member }, limit, ...(after && { before: boundOf(after) }) });
    return records.map(({ recordId, at, actor, action, purpose, reason, calls }) => {
      return { id: recordId, at, actor, action, purpose, reason, calls };
    });
  };
}

/** What is not behind a record's or another thing's place of the history, as an id of a record. */
function boundOf({ at, id }: HistoryPlace): string {
  if (id.startsWith(`${at}-`)) return id;
  // All looks of that moment stand on one side of whatever else is of it.
  return `${at}-` < id ? `${at}~` : at;
}
