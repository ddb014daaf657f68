import type { ReceivedCallback } from '../../src/app/api.ts';

let events = 0;

/** An id that no callback of this process had before. */
function nextId(): string {
  events += 1;
  return `event-${events}`;
}

/** Names and numbers of a result come with every callback; of no connection in particular unless `data` names one. */
function sample(name: string, data: Readonly<Record<string, unknown>>) {
  return {
    type: `Microsoft.Communication.${name}`,
    data: { resultInformation: { code: 200, subCode: 0 }, ...data },
  };
}

/** A callback as the HTTP side hands it over. */
export function callback(
  name: string,
  data: Readonly<Record<string, unknown>> = {},
  id: string = nextId(),
): ReceivedCallback {
  const event = { id, ...sample(name, data) };
  return { ...event, raw: JSON.stringify(event) };
}

/** A callback as ACS posts it, a CloudEvent: of a type that moves nothing, or of another. */
export function cloudEvent(name = 'ParticipantsUpdated', changes: Readonly<Record<string, unknown>> = {}) {
  const { type, data } = sample(name, { publicEventType: `Microsoft.Communication.${name}` });
  return { id: nextId(), source: 'calling/callConnections/x', specversion: '1.0', type, data, ...changes };
}
