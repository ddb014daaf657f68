/**
 * The line that a call is placed over, in one word: a number of ours in E.164, or a Teams resource account under ACS's raw identifier.
 * Entries hold it as `callerId` and `from`, which every release reads as text.
 */

/** Before the object id: so ACS writes a Teams resource account (its incoming-call events, communication-common 2.4). */
const TEAMS = '28:orgid:';

/** @param account the object id of a Teams resource account */
export function teamsLine(account: string): string {
  return `${TEAMS}${account}`;
}

/** The object id of the Teams resource account that a line is; null: it is a number. */
export function teamsAccountOf(line: string): string | null {
  return line.startsWith(TEAMS) ? line.slice(TEAMS.length) : null;
}
