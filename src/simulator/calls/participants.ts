import { RESULTS } from '../wire/results.ts';
import type { Call } from './call.ts';
import type { EventContent } from './cloud-event.ts';
import type { CallFacts } from './facts.ts';
import { lineOf } from './line.ts';

/** A participant as the service describes it. */
export type Participant = {
  readonly identifier: Readonly<Record<string, unknown>> & { readonly rawId: string };
  readonly isMuted: boolean;
  readonly isOnHold: boolean;
};

/** Who is in a connected call: the application's side and the member. */
export function participantsOf(call: Call): readonly Participant[] {
  const { to } = call.facts.request;
  const member = { rawId: `4:${to}`, kind: 'phoneNumber', phoneNumber: { value: to } };
  return [
    { identifier: sourceOf(call.facts), isMuted: false, isOnHold: call.sourceOnHold },
    { identifier: member, isMuted: false, isOnHold: false },
  ];
}

/** The application's side of a call. Over Teams it is the resource account, by the raw id that incoming-call events have for one. */
export function sourceOf({ sourceId, request: { from } }: CallFacts) {
  if (from.kind === 'teams')
    return { rawId: lineOf(from), kind: 'microsoftTeamsApp', microsoftTeamsApp: { appId: from.account } };
  return { rawId: sourceId, kind: 'communicationUser', communicationUser: { id: sourceId } };
}

/** The next snapshot of the participants. Its sequence has gaps in the service, too. */
export function participantsUpdated(call: Call): EventContent {
  call.participantsSequence += call.participantsSequence === 0 ? 1 : 2;
  return {
    type: 'ParticipantsUpdated',
    extra: { participants: participantsOf(call), sequenceNumber: call.participantsSequence },
    result: RESULTS.connected,
  };
}
