import type { Call } from '../calls/call.ts';
import type { CallFacts } from '../calls/facts.ts';
import { type Participant, participantsOf } from '../calls/participants.ts';
import { propertiesOf } from '../calls/views.ts';
import type { MediaOperation, PlayOperation, RecognizeOperation } from '../media/operations.ts';
import { encodedAnew } from '../wire/encoded-anew.ts';
import { CALL_NOT_FOUND, errorReply, type Reply } from '../wire/reply.ts';
import {
  type PlayBody,
  parseCreateCall,
  parsePlay,
  parseRecognize,
  promptsOf,
  type RecognizeBody,
} from '../wire/requests.ts';
import type { OperationName, RepeatableName } from '../wire/routes.ts';
import type { World } from '../world/world.ts';
import { applicationHangsUp } from './lifecycle.ts';
import { placeCall } from './place-call.ts';

/** A request that has passed the door. */
type OperationRequest = {
  readonly callConnectionId: string;
  /** Of a participant, decoded. */
  readonly rawId: string;
  readonly body: Buffer;
};

/** What an operation answers, and the call it concerned. */
export type OperationResult = { readonly reply: Reply; readonly call?: Call };

/** Recorded time that the service takes to fail a media operation on a call that is not connected yet. */
const SLOW_FAILURE_MS = 9_000;
const DEFAULT_INITIAL_SILENCE_S = 5;
const DEFAULT_INTER_TONE_S = 2;

/** Performs an operation that may be repeated, before it returns. */
export function performAtOnce(world: World, name: RepeatableName, request: OperationRequest): OperationResult {
  return name === 'createCall' ? createCall(world, request) : hangUp(world, request);
}

/** Performs any other operation. */
export async function perform(
  world: World,
  name: Exclude<OperationName, RepeatableName>,
  request: OperationRequest,
): Promise<OperationResult> {
  if (name === 'hangUp') return hangUp(world, request);
  const call = world.calls.find(request.callConnectionId);
  if (call === undefined || !isReadable(world, call)) return { reply: CALL_NOT_FOUND };
  if (name === 'getCall') return { reply: { status: 200, body: toldOf(world, call) }, call };
  if (isOver(call)) return { reply: CALL_NOT_FOUND };
  if (name === 'listParticipants') return { reply: { status: 200, body: { value: present(call) } }, call };
  if (name === 'getParticipant') return { reply: participant(call, request.rawId), call };
  return { reply: await performMedia(world, call, name, request.body), call };
}

/** Nobody may count on getting an address back to the letter. */
function toldOf(world: World, call: Call) {
  const properties = propertiesOf(call);
  if (!world.faults.callbackUriEncodedAnew) return properties;
  return { ...properties, callbackUri: encodedAnew(call.facts.request.callbackUri) };
}

async function performMedia(
  world: World,
  call: Call,
  name: 'play' | 'recognize' | 'cancelAll',
  body: Buffer,
): Promise<Reply> {
  if (name === 'cancelAll') {
    if (call.media === undefined) return notEstablished(world);
    call.media.cancelAll();
    return { status: 202 };
  }
  const { to } = call.facts.request;
  if (name === 'play') {
    const parsed = parsePlay(body, to);
    return parsed.ok ? addMedia(world, call, playOf(parsed.value)) : parsed.reply;
  }
  const parsed = parseRecognize(body, to);
  return parsed.ok ? addMedia(world, call, recognizeOf(parsed.value)) : parsed.reply;
}

function hangUp(world: World, request: OperationRequest): OperationResult {
  const call = world.calls.find(request.callConnectionId);
  if (call === undefined || isOver(call)) return { reply: CALL_NOT_FOUND };
  applicationHangsUp(world, call);
  return { reply: { status: 204 }, call };
}

function createCall(world: World, request: OperationRequest): OperationResult {
  const parsed = parseCreateCall(request.body);
  if (!parsed.ok) return { reply: parsed.reply };
  const placed = placeCall(world, parsed.value);
  if (!placed.ok) return { reply: placed.reply };
  return { reply: { status: 201, body: propertiesOf(placed.call) }, call: placed.call };
}

/** Answer to a createCall that is repeated: the call as it is by now, over if it has been forgotten. */
export function repeatedReply(world: World, facts: CallFacts): Reply {
  const forgotten = { facts, state: 'disconnected', connectedAtMs: undefined } as const;
  return { status: 201, body: propertiesOf(world.calls.find(facts.callConnectionId) ?? forgotten) };
}

function isReadable(world: World, call: Call): boolean {
  if (call.endedAtMs === undefined) return true;
  return !call.gone && world.timers.elapsedMs(call.endedAtMs) < world.faults.disconnectedReadableMs;
}

function isOver(call: Call): boolean {
  return call.state === 'disconnecting' || call.state === 'disconnected';
}

function present(call: Call): readonly Participant[] {
  return call.state === 'connected' ? participantsOf(call) : [];
}

function participant(call: Call, rawId: string): Reply {
  const found = present(call).find(({ identifier }) => identifier.rawId === rawId);
  return found === undefined ? errorReply(404, '8522', 'Participant not found.') : { status: 200, body: found };
}

async function addMedia(world: World, call: Call, operation: MediaOperation): Promise<Reply> {
  if (!call.facts.request.hasSpeech && operation.sources.some(({ kind }) => kind !== 'file')) {
    return errorReply(400, '8567', 'The call was created without a Cognitive Services endpoint.');
  }
  if (call.media === undefined) return notEstablished(world);
  if (call.media.add(operation) === 'accepted') return { status: 202 };
  return errorReply(412, '8583', 'The operation is not compatible with the one in progress.');
}

async function notEstablished(world: World): Promise<Reply> {
  if (world.faults.mediaBeforeConnect === 'refuse') return errorReply(400, '8501', 'The call is not established.');
  await world.timers.sleep(SLOW_FAILURE_MS);
  return errorReply(500, '9999', 'Unknown internal server error.');
}

function playOf(body: PlayBody): PlayOperation {
  return {
    kind: 'play',
    sources: body.playSources,
    targeted: (body.playTo ?? []).length > 0,
    loop: body.playOptions?.loop === true,
    interrupts: body.interruptCallMediaOperation === true,
    operationContext: body.operationContext,
    callbackUri: body.operationCallbackUri,
  };
}

function recognizeOf(body: RecognizeBody): RecognizeOperation {
  const { recognizeOptions } = body;
  const { dtmfOptions } = recognizeOptions;
  return {
    kind: 'recognize',
    sources: promptsOf(body),
    interrupts: body.interruptCallMediaOperation !== false,
    interruptPrompt: recognizeOptions.interruptPrompt !== false,
    initialSilenceMs: (recognizeOptions.initialSilenceTimeoutInSeconds ?? DEFAULT_INITIAL_SILENCE_S) * 1000,
    interToneMs: (dtmfOptions?.interToneTimeoutInSeconds ?? DEFAULT_INTER_TONE_S) * 1000,
    maxTones: dtmfOptions?.maxTonesToCollect ?? 1,
    stopTones: dtmfOptions?.stopTones ?? [],
    operationContext: body.operationContext,
    callbackUri: body.operationCallbackUri,
  };
}
