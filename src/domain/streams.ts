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
  return `member:${memberId}`;
}

/** A script, by the hash of its content. */
export function questionnaireStream(hash: string): string {
  return `questionnaire:${hash}`;
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

/** @param at ISO 8601 UTC */
function dayOf(at: string): string {
  return at.slice(0, 10);
}
