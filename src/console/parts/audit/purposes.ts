import type { Action, Purpose } from '../../../audit/access/look.ts';

/** Purposes of use, as people know them. */
export const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  TREAT: 'treatment',
  HPAYMT: 'payment',
  HOPERAT: 'health care operations',
  PATRQT: 'the member asked for it',
  HLEGAL: 'law or a legal proceeding',
  PUBHLTH: 'public health',
  BTG: 'emergency: the glass is broken',
};

/** A purpose as the log has it; one of a later release by its code. */
export function purposeInWords(purpose: string | null): string {
  if (purpose === null) return '';
  return Object.hasOwn(PURPOSE_WORDS, purpose) ? PURPOSE_WORDS[purpose as Purpose] : purpose;
}

const ACTION_WORDS: Readonly<Record<Action | 'refused', string>> = {
  status: 'status and answers of a call',
  list: 'a list of calls',
  replay: 'the story of a call',
  raw: 'the entries of a call, to the byte',
  history: 'a member’s history',
  search: 'a search',
  access: 'who looked',
  export: 'a part of an export left',
  'members-list': 'a list of members',
  quarantine: 'the quarantine',
  backup: 'a copy of the log',
  verify: 'a verification',
  'number-revealed': 'a member’s whole number',
  disclosures: 'whom data was told',
  evidence: 'evidence for an auditor',
  member: 'a member',
  'members-export': 'the members as a file',
  'members-import': 'members were imported',
  'member-removed': 'a member was removed',
  'calls-export': 'a list of calls as a file',
  'list-answers': 'a list of calls with answers',
  refused: 'turned away',
};

/** What was looked at; an action of a later release by its name. */
export function actionInWords(action: string): string {
  return Object.hasOwn(ACTION_WORDS, action) ? ACTION_WORDS[action as Action] : action;
}
