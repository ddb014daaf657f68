import { classify } from '../../src/adapters/telephony/classify.ts';
import type { CallTarget, Telephony } from '../../src/app/ports.ts';
import type { Outcome, SentCommand } from '../../src/domain/call/bodies.ts';
import { perform, performAtOnce, repeatedReply } from '../../src/simulator/operations/operations.ts';
import { errorReply, type Reply } from '../../src/simulator/wire/reply.ts';
import type { World } from '../../src/simulator/world/world.ts';
import type { Checker } from './checker.ts';
import { whenAwake } from './machine.ts';
import type { Life } from './port-call.ts';
import type { Sim } from './sim.ts';
import { wireBody } from './wire-body.ts';

/** When the adapter gives up waiting for an answer. */
const TIME_LIMIT_MS = 10_000;
const SLOW_MS = 9_000;
const TIMED_OUT: Outcome = { type: 'Unknown', reason: 'timeout' };
const CONNECTION_LOST: Outcome = { type: 'Unknown', reason: 'connection-lost' };
/** Seconds; some are beyond what the provider is trusted to remember of a dial. */
const UNAVAILABLE_FOR_S = [null, null, 1, 30, 115, 130, 700, 3_600] as const;
const SERVER_ERROR = errorReply(500, '8512', 'Unknown internal server error.');

/** Telephony as one life of an instance has it: the ACS simulator's calls, over a network that loses things. */
export function telephonyPort(sim: Sim, life: Life, world: World, checker: Checker): Telephony {
  return {
    send: (command, target) =>
      new Promise((resolve) => {
        const { scheduler } = sim;
        const settle = (outcome: Outcome) =>
          whenAwake(sim, life.machine, () => {
            if (life.alive) resolve(outcome);
          });
        const callOff = scheduler.after(TIME_LIMIT_MS, () => settle(TIMED_OUT));
        if (sim.hit('send-never-arrives', sim.faults.sendNeverArrives)) {
          sim.trace(life.name, `${command.type} ${command.id} never arrives`);
          return;
        }
        scheduler.after(sim.between('send-travel', 1, 150), async () => {
          const outcome = await arrive(sim, life, world, checker, command, target);
          if (outcome === null) return;
          const slow = sim.hit('send-slow', sim.faults.sendSlow) ? sim.between('send-slow-ms', 0, SLOW_MS) : 0;
          scheduler.after(sim.between('send-answer', 1, 150) + slow, () => {
            callOff();
            settle(outcome);
          });
        });
      }),
    close: async () => {},
  };
}

/** What the provider does with a request; null when no answer comes back. */
async function arrive(
  sim: Sim,
  life: Life,
  world: World,
  checker: Checker,
  command: SentCommand,
  target: CallTarget,
): Promise<Outcome | null> {
  checker.requested(life, command, target);
  const { faults } = sim;
  const throttled = sim.hit('send-throttled', faults.sendThrottled);
  const refused = sim.hit('send-server-error', faults.sendServerError);
  const failedAfter = sim.hit('send-server-error-after', faults.sendServerErrorAfter);
  const lost = sim.hit('send-answer-lost', faults.sendAnswerLost);
  const dials = command.type === 'PlaceCall';
  const unavailable = dials && sim.hit('send-unavailable', faults.sendUnavailable);
  const unavailableAfter = dials && sim.hit('send-unavailable-after', faults.sendUnavailableAfter);
  const refusal = throttled ? throttle(sim) : refused ? SERVER_ERROR : unavailable ? unavailability(sim) : null;
  const reply = refusal ?? (await carryOut(world, checker, command, target));
  const executed = reply.status < 300;
  const denied = failedAfter ? SERVER_ERROR : unavailableAfter ? unavailability(sim) : reply;
  const told = executed ? denied : reply;
  checker.answered(command.id, { executed, status: lost ? 0 : told.status });
  sim.trace(
    'provider',
    `${command.type} ${command.id} from ${life.name} -> ${reply.status}${lost ? ', answer lost' : toldOf(reply, told)}`,
  );
  if (lost) return sim.hit('send-lost-how', 0.5) ? CONNECTION_LOST : null;
  return outcomeOf(told, command, target, sim.scheduler.now());
}

function toldOf(reply: Reply, told: Reply): string {
  return told === reply ? '' : `, told ${told.status}`;
}

function unavailability(sim: Sim): Reply {
  const waitS = sim.pick('unavailable-for', UNAVAILABLE_FOR_S) ?? null;
  return errorReply(503, '0', 'Service unavailable.', waitS === null ? undefined : { 'Retry-After': String(waitS) });
}

function throttle(sim: Sim): Reply {
  const waitS = Math.floor(sim.between('retry-after', 1, 40));
  const headers = sim.hit('has-retry-after', 0.5) ? { 'Retry-After': String(waitS) } : undefined;
  return errorReply(429, '8516', 'Too many requests.', headers);
}

async function carryOut(world: World, checker: Checker, command: SentCommand, target: CallTarget): Promise<Reply> {
  const body = wireBody(command, target);
  const of = (callConnectionId: string) => ({ callConnectionId, rawId: '', body });
  switch (command.type) {
    case 'PlaceCall':
      return placeOnce(world, checker, command, body);
    case 'HangUp':
      return performAtOnce(world, 'terminate', of(command.body.callConnectionId)).reply;
    case 'CheckCall':
      return (await perform(world, 'getCall', of(command.body.callConnectionId))).reply;
    case 'AskQuestion':
      return (await perform(world, 'recognize', of(target.callConnectionId ?? ''))).reply;
    case 'SayMessage':
      return (await perform(world, 'play', of(target.callConnectionId ?? ''))).reply;
  }
}

/** The same request again is the same call, as long as the provider remembers it. */
function placeOnce(
  world: World,
  checker: Checker,
  { id, body: { repeatabilityRequestId } }: Extract<SentCommand, { type: 'PlaceCall' }>,
  body: Buffer,
): Reply {
  const done = world.repeated.find(repeatabilityRequestId);
  const of = (callConnectionId: string) => ({ callConnectionId, rawId: '', body });
  if (done?.kind === 'created') return repeatedReply(world, done.facts);
  const { reply, call } = performAtOnce(world, 'createCall', of(''));
  if (!call) return reply;
  world.repeated.remember(repeatabilityRequestId, { kind: 'created', facts: call.facts });
  checker.placed(id, call.facts.callConnectionId);
  return reply;
}

function outcomeOf(reply: Reply, command: SentCommand, target: CallTarget, nowMs: number): Outcome {
  const body = asRecord(reply.body);
  if (reply.status >= 300) {
    const get = (name: string) =>
      Object.entries(reply.headers ?? {}).find(([header]) => header.toLowerCase() === name)?.[1];
    const error = { name: 'RestError', statusCode: reply.status, code: asRecord(body['error'])['code'] };
    return classify({ ...error, response: { headers: { get } } }, command.type, nowMs);
  }
  if (command.type !== 'PlaceCall' && command.type !== 'CheckCall') return { type: 'Accepted' };
  const callConnectionId = String(body['callConnectionId']);
  if (command.type === 'PlaceCall') return { type: 'Accepted', callConnectionId };
  const ours = target.isOurs(String(body['callbackUri']));
  return { type: 'Accepted', callConnectionId, callState: String(body['callConnectionState']), ours };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
