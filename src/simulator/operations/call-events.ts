import type { Call } from '../calls/call.ts';
import { publishEvent } from '../event-grid/publish.ts';
import type { ResultInformation } from '../wire/results.ts';
import type { World } from '../world/world.ts';

/** `Microsoft.Communication.CallStarted`, where call events are switched on. */
export function publishCallStarted(world: World, call: Call): void {
  if (!hasCallEvents(world, call)) return;
  const { serverCallId, sourceId } = call.facts;
  publishEvent(world.eventGrid, {
    type: 'Microsoft.Communication.CallStarted',
    subject: `call/${serverCallId}/startedBy/${sourceId}`,
    data: commonData(call),
  });
}

/**
 * `Microsoft.Communication.CallEnded`, where call events are switched on. The real service's documentation and its API
 * description name the duration differently; both names are given.
 */
export function publishCallEnded(world: World, call: Call, { code, subCode, message }: ResultInformation): void {
  if (!hasCallEvents(world, call) || call.connectedAtMs === undefined) return;
  const seconds = Math.round(world.timers.elapsedMs(call.connectedAtMs)) / 1_000;
  publishEvent(world.eventGrid, {
    type: 'Microsoft.Communication.CallEnded',
    subject: `call/${call.facts.serverCallId}`,
    data: {
      ...commonData(call),
      durationOfCall: seconds,
      callDurationInSeconds: seconds,
      reason: { code, subCode, phrase: message },
    },
  });
}

/** Azure has none of calls over Teams Phone (capabilities of Teams Phone extensibility, 1 Sep 2025), however they are switched. */
function hasCallEvents({ pstnCallEvents }: World, { facts }: Call): boolean {
  return pstnCallEvents && facts.request.from.kind === 'number';
}

function commonData({ facts }: Call) {
  const { serverCallId, correlationId, sourceId } = facts;
  return {
    startedBy: {
      communicationIdentifier: { rawId: sourceId, communicationUser: { id: sourceId } },
      role: '',
    },
    serverCallId,
    group: { id: correlationId },
    isTwoParty: true,
    correlationId,
    isRoomsCall: false,
  };
}
