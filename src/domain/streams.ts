/**
 * The names of all kinds of stream. They are written to disk and read back years later: add kinds, never rename one. A
 * call's stream has its callSessionId as its name; every other kind begins with a word of its own.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a stream of this name is a call's. */
export function isCallStream(stream: string): boolean {
  return UUID.test(stream);
}

/** Which calls were opened for a member. */
export function memberStream(memberId: string): string {
  return `${MEMBER}${memberId}`;
}

const MEMBER = 'member:';

export function isMemberStream(stream: string): boolean {
  return stream.startsWith(MEMBER);
}

/** The member that a stream of a member is about. */
export function memberIdOf(stream: string): string {
  return stream.slice(MEMBER.length);
}

/** A script, by the hash of its content. */
export function questionnaireStream(hash: string): string {
  return `${QUESTIONNAIRE}${hash}`;
}

const QUESTIONNAIRE = 'questionnaire:';

/** The hash of the script that a stream holds; null for every other stream. */
export function questionnaireHashOf(stream: string): string | null {
  return stream.startsWith(QUESTIONNAIRE) ? stream.slice(QUESTIONNAIRE.length) : null;
}

/** Where callbacks wait that no call could be given; one stream a day, so that none grows without end. */
export function quarantineStream(at: string): string {
  return `quarantine:${dayOf(at)}`;
}

export function isQuarantineStream(stream: string): boolean {
  return stream.startsWith('quarantine:');
}

/** Where Event Grid's events stand that are of no call; one stream a day likewise. */
export function eventGridStream(at: string): string {
  return `event-grid:${dayOf(at)}`;
}

/** What the log knows of the tree over the heads of all its streams. */
export const CHECKPOINTS_STREAM = 'checkpoints';

/**
 * Who has looked at members' data: one a day for each process, and a further one when it is full.
 * @param number 1, 2, 3 ... through the life of the process, whatever the day
 */
export function accessStream(at: string, process: string, number: number): string {
  return `access:${dayOf(at)}:${process}:${number}`;
}

export function isAccessStream(stream: string): boolean {
  return stream.startsWith('access:');
}

/** What operators and jobs did to the whole: starts of servers, verifications, requests for deletion; one a day. */
export function operationStream(at: string): string {
  return `operation:${dayOf(at)}`;
}

export function isOperationStream(stream: string): boolean {
  return stream.startsWith('operation:');
}

/**
 * When somebody signed in to the console and out of it: one a month for each person or API key.
 * @param month in which the sessions were begun, `2026-11`
 * @param by what the person is known by, `person` or `api-key`
 */
export function sessionStream(month: string, by: string, name: string): string {
  return `sessions:${month}:${by}:${name}`;
}

/** @param at ISO 8601 UTC */
function dayOf(at: string): string {
  return at.slice(0, 10);
}
