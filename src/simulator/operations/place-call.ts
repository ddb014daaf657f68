import { countUp } from '../callbacks/counters.ts';
import { type Call, randomOfCall } from '../calls/call.ts';
import { createCallbackLine } from '../calls/callback-line.ts';
import type { CallFacts } from '../calls/facts.ts';
import { lineOf } from '../calls/line.ts';
import { type Random, uuidFrom, wholeBelow } from '../faults/prng.ts';
import { errorReply, type Reply } from '../wire/reply.ts';
import type { CreateCallRequest } from '../wire/requests.ts';
import type { World } from '../world/world.ts';
import { dial, refuseToDial } from './lifecycle.ts';

const DEFAULT_RETRY_AFTER_S = 5;

/** What became of a createCall that was understood. */
type Placed = { readonly ok: true; readonly call: Call } | { readonly ok: false; readonly reply: Reply };

/** Creates a call and dials, unless the line has as many calls as it may. */
export function placeCall(world: World, request: CreateCallRequest): Placed {
  const isOver = world.callsPerCallerId > 0 && world.calls.openOver(lineOf(request.from)) >= world.callsPerCallerId;
  if (isOver && world.faults.tooManyCalls !== 'create-call-failed') return { ok: false, reply: throttled(world) };

  world.counters.createCalls++;
  const call = createCall(world, request, !isOver);
  world.calls.add(call);
  if (isOver) refuseToDial(world, call);
  else dial(world, call);
  return { ok: true, call };
}

function throttled(world: World): Reply {
  const message = 'The number of active calls is at its limit.';
  if (world.faults.tooManyCalls === 'throttle') return errorReply(429, '8530', message);
  const retryAfterS = world.faults.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S;
  return errorReply(429, '8530', message, { 'Retry-After': String(retryAfterS) });
}

/** A call's chances depend on its number and on which call to that number it is, not on what else goes on. */
function createCall(world: World, request: CreateCallRequest, counted: boolean): Call {
  const nth = countUp(world.nthCall, request.to);
  const random = randomOfCall(world.seed, `${world.epoch}|${request.to}|${nth}`);
  return {
    facts: createFacts(world, request, random('ids'), counted),
    behaviour: world.members.behaviourOf(request.to),
    random,
    line: createCallbackLine(),
    transcript: [],
    timers: [],
    state: 'connecting',
    connectedAtMs: undefined,
    endedAtMs: undefined,
    result: undefined,
    media: undefined,
    moment: undefined,
    gone: false,
    recognizes: 0,
    participantsSequence: 0,
    sourceOnHold: false,
  };
}

function createFacts(world: World, request: CreateCallRequest, random: Random, counted: boolean): CallFacts {
  const conversation = Buffer.from(uuidFrom(random)).toString('base64url').slice(0, 22);
  const region = `i=10-60-${wholeBelow(random, 256)}-${wholeBelow(random, 256)}`;
  // .NET counts time in ticks of 100 ns since the year 1.
  const ticks = BigInt(world.timers.nowMs()) * 10_000n + 621_355_968_000_000_000n;
  const server = `https://simulator.invalid/api/v2/cp/conv/${conversation}?${region}&e=${ticks}`;
  return {
    callConnectionId: uuidFrom(random),
    serverCallId: Buffer.from(server).toString('base64'),
    correlationId: uuidFrom(random),
    sourceId: request.sourceId ?? `8:acs:${world.resourceId}_${uuidFrom(random)}`,
    request,
    createdAtMs: world.timers.nowMs(),
    counted,
  };
}
