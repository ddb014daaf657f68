/** Event types of ACS and nothing else: a sender chooses the type, and names of our making must not hold what it likes. */
const ACS_EVENT = /^Microsoft\.Communication\.([A-Za-z]{1,60})$/;

/** `RecognizeCompleted` for an event of ACS, `other` for anything else. */
export function callbackName(type: string): string {
  return ACS_EVENT.exec(type)?.[1] ?? 'other';
}
