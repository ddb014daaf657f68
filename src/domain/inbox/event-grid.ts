/** What ACS calls a call by, beside its connection. */
export type ProviderIds = { readonly correlationId: string | null; readonly serverCallId: string | null };

/** Events of ACS that may be about a call of ours. All others are kept and go to no call. */
export const CALL_EVENTS = [
  'CallStarted',
  'CallEnded',
  'CallParticipantAdded',
  'CallParticipantRemoved',
  'RecordingFileStatusUpdated',
] as const;

const OF_A_CALL: ReadonlySet<string> = new Set(CALL_EVENTS.map((name) => `Microsoft.Communication.${name}`));

export const SUBSCRIPTION_DELETED = 'Microsoft.EventGrid.SubscriptionDeletedEvent';

/** Whether events of this type are handed to the call that they name. */
export function isOfACall(type: string): boolean {
  return OF_A_CALL.has(type);
}

/**
 * The call that an event names, read tolerantly.
 * @param subject the only place where RecordingFileStatusUpdated has the serverCallId
 */
export function providerIds(subject: string, data: Readonly<Record<string, unknown>>): ProviderIds {
  return {
    correlationId: asId(data['correlationId']),
    serverCallId: asId(data['serverCallId']) ?? asId(recordedCall(subject)),
  };
}

/** A serverCallId is base64 and may hold slashes, so it ends where the last marker begins. */
function recordedCall(subject: string): string | undefined {
  const [start, end] = [subject.indexOf('/serverCallId/'), subject.lastIndexOf('/recordingId/')];
  return start >= 0 && start < end ? subject.slice(start + '/serverCallId/'.length, end) : undefined;
}

function asId(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,1024}$/.test(value) ? value : null;
}
