import { type Random, wholeBelow } from '../faults/prng.ts';
import type { ResultInformation } from '../wire/results.ts';
import type { CallFacts } from './facts.ts';

const PREFIX = 'Microsoft.Communication.';
/** The service stamps every event's data with this, also in later API versions. */
const DATA_VERSION = '2024-09-01-preview';

/** What is particular about one event. */
export type EventContent = {
  /** Without the common prefix. */
  readonly type: string;
  /** Members that come before the common ones. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly operationContext?: string | undefined;
  readonly result: ResultInformation;
};

/** An event as it goes over the wire. Members are in the service's order. */
export type CloudEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly time: string;
  readonly specversion: '1.0';
  readonly datacontenttype: 'application/json';
  readonly subject: string;
};

/**
 * @param id a UUID
 * @param time see {@link eventTime}
 */
export function cloudEvent(facts: CallFacts, content: EventContent, id: string, time: string): CloudEvent {
  const type = `${PREFIX}${content.type}`;
  const path = `calling/callConnections/${facts.callConnectionId}`;
  return {
    id,
    source: path,
    type,
    data: {
      ...content.extra,
      version: DATA_VERSION,
      ...(content.operationContext !== undefined && { operationContext: content.operationContext }),
      resultInformation: content.result,
      callConnectionId: facts.callConnectionId,
      serverCallId: facts.serverCallId,
      correlationId: facts.correlationId,
      publicEventType: type,
    },
    time,
    specversion: '1.0',
    datacontenttype: 'application/json',
    subject: path,
  };
}

/** A time as .NET writes it: seven digits of a second and a numeric offset. The service drops trailing zeros, so the last digit is none. */
export function eventTime(atMs: number, random: Random): string {
  const ticks = wholeBelow(random, 1_000) * 10 + 1 + wholeBelow(random, 9);
  return `${new Date(atMs).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}+00:00`;
}

/** An event's type without the common prefix. */
export function shortType(event: CloudEvent): string {
  return event.type.slice(PREFIX.length);
}
