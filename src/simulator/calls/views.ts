import type { ResultInformation } from '../wire/results.ts';
import type { Call, CallState } from './call.ts';
import { lineOf } from './line.ts';
import { sourceOf } from './participants.ts';
import type { TranscriptLine } from './transcript.ts';

/** A call as people and tests look at it. */
export type CallView = {
  readonly callConnectionId: string;
  readonly serverCallId: string;
  readonly correlationId: string;
  /** The member's number. */
  readonly number: string;
  /** The caller's number, or the raw id of a Teams resource account. */
  readonly from: string;
  readonly state: CallState;
  /** Times are wall time, milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly connectedAtMs?: number;
  readonly endedAtMs?: number;
  /** Why it ended. */
  readonly result?: ResultInformation;
  readonly operationContext?: string;
  /** Recognize operations begun so far. */
  readonly recognizes: number;
  /** Whether it rings, or rang, for a person who answers over the control API. */
  readonly isForPerson: boolean;
  /** `speaks`: a prompt is being said. `listens`: a key is waited for. Milliseconds of the wall: all of it, and what is left. */
  readonly moment?: { readonly kind: 'speaks' | 'listens'; readonly forMs: number; readonly leftMs: number };
  /** Oldest line first; bounded. */
  readonly transcript: readonly TranscriptLine[];
};

/** A snapshot that does not change with the call. */
export function viewOf(call: Call): CallView {
  const { facts, connectedAtMs, endedAtMs, result, moment } = call;
  const { operationContext } = facts.request;
  return {
    callConnectionId: facts.callConnectionId,
    serverCallId: facts.serverCallId,
    correlationId: facts.correlationId,
    number: facts.request.to,
    from: lineOf(facts.request.from),
    state: call.state,
    createdAtMs: facts.createdAtMs,
    ...(connectedAtMs !== undefined && { connectedAtMs }),
    ...(endedAtMs !== undefined && { endedAtMs }),
    ...(result !== undefined && { result }),
    ...(operationContext !== undefined && { operationContext }),
    isForPerson: call.behaviour.answer === 'person',
    recognizes: call.recognizes,
    ...(moment && { moment: { ...moment, leftMs: moment.leftMs() } }),
    transcript: [...call.transcript],
  };
}

/** A call as the service describes it. The serverCallId is not told before somebody has answered. */
export function propertiesOf(call: Pick<Call, 'facts' | 'state' | 'connectedAtMs'>): Readonly<Record<string, unknown>> {
  const { facts } = call;
  const { to, from, callbackUri, sourceDisplayName } = facts.request;
  return {
    callConnectionId: facts.callConnectionId,
    ...(call.connectedAtMs !== undefined && { serverCallId: facts.serverCallId }),
    targets: [{ rawId: `4:${to}`, kind: 'phoneNumber', phoneNumber: { value: to } }],
    callConnectionState: call.state,
    callbackUri,
    ...(from.kind === 'number' && { sourceCallerIdNumber: { value: from.number } }),
    sourceDisplayName: sourceDisplayName ?? '',
    source: sourceOf(facts),
    correlationId: facts.correlationId,
  };
}
