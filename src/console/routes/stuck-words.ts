import type { HelpResult } from '../../app/api.ts';

/** What came of a check or a closing, in words. */
export const HELPED: Readonly<Record<HelpResult, string>> = {
  checking: 'The provider is asked about the call. If it is still stuck in a minute, close it.',
  closed: 'The call is closed as unknown. Its member may be called anew.',
  resumed: 'The call had been set aside, and goes on.',
  'unknown-call': 'Nobody has asked for a call with this id, or it was copied in part.',
  'already-ended': 'The call has ended meanwhile: there is nothing to be done.',
  'not-overdue': 'The call goes on by itself. Somebody may be talking: only an overdue one is helped so.',
  'no-leg': 'The provider has named no connection of the call to ask about. It can be closed.',
  foreign: 'A later release leads the call. Start that release again.',
};

/** What changed something; the others are refusals. */
export const DONE = ['checking', 'closed', 'resumed'] as const satisfies readonly HelpResult[];
