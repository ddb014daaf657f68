import type { Call } from '../calls/call.ts';
import { viewOf } from '../calls/views.ts';
import { changeFaults } from '../faults/faults.ts';
import { PRESET_NAMES, PRESETS, parseScript } from '../members/members.ts';
import { pressKeys } from '../operations/call-media.ts';
import { memberHangsUp, personAnswers, personDeclines } from '../operations/lifecycle.ts';
import { resetWorld } from '../operations/reset.ts';
import { problem } from '../wire/problem.ts';
import type { Reply } from '../wire/reply.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import { isTone, type Tone, tonesOfKeys } from '../wire/tones.ts';
import { statsOf } from '../world/stats.ts';
import type { World } from '../world/world.ts';
import { EVENT_GRID_ROUTES } from './grid-control-routes.ts';
import type { ControlRequest, ControlRoute } from './route.ts';

const E164 = /^\+[1-9]\d{1,14}$/;
const LISTED_DEFAULT = 100;
const LISTED_MAX = 10_000;

/** All routes. */
export const CONTROL_ROUTES: readonly ControlRoute[] = [
  {
    methods: ['GET'],
    pattern: /^\/?$/,
    help: 'GET /_simulator: this help, counts, presets',
    handle: (world) =>
      ok({ help: CONTROL_ROUTES.map(({ help }) => help), stats: statsOf(world), presets: PRESET_NAMES }),
  },
  {
    methods: ['DELETE'],
    pattern: /^\/?$/,
    help: 'DELETE /_simulator: reset; open calls vanish without events, members and faults are as at the start',
    handle(world) {
      resetWorld(world);
      return { status: 204 };
    },
  },
  {
    methods: ['GET'],
    pattern: /^\/presets$/,
    help: 'GET /_simulator/presets: the named behaviours',
    handle: () => ok(PRESETS),
  },
  {
    methods: ['GET'],
    pattern: /^\/members$/,
    help: 'GET /_simulator/members: behaviours by number',
    handle: (world) => ok(Object.fromEntries(world.members.all())),
  },
  {
    methods: ['GET'],
    pattern: /^\/members\/([^/]+)$/,
    help: 'GET /_simulator/members/{number}: the behaviour of that number',
    handle: (world, _, { parameter }) => ok(world.members.behaviourOf(parameter)),
  },
  {
    methods: ['PUT', 'POST'],
    pattern: /^\/members\/([^/]+)$/,
    help: 'PUT /_simulator/members/{number}: a preset name as JSON string, or a script {preset?, ringMs?, answer?, sipDetails?, hangsUpAfterMs?, playFails?, reactions?, otherwise?}; for calls from now on',
    handle: setMember,
  },
  {
    methods: ['GET'],
    pattern: /^\/calls$/,
    help: 'GET /_simulator/calls?number=&state=&limit=: newest first, with transcripts',
    handle: (world, _, { query }) => ok({ calls: listCalls(world, query) }),
  },
  {
    methods: ['GET'],
    pattern: /^\/calls\/([^/]+)$/,
    help: 'GET /_simulator/calls/{callConnectionId}',
    handle: (world, _, { parameter }) => withCall(world, parameter, (call) => ok(viewOf(call))),
  },
  {
    methods: ['POST'],
    pattern: /^\/calls\/([^/]+)\/press$/,
    help: 'POST /_simulator/calls/{callConnectionId}/press: {"tones":["one"]} or {"tones":"1#"}',
    handle: press,
  },
  {
    methods: ['POST'],
    pattern: /^\/calls\/([^/]+)\/hang-up$/,
    help: 'POST /_simulator/calls/{callConnectionId}/hang-up: the member hangs up',
    handle: (world, _, { parameter }) =>
      withCall(world, parameter, (call) =>
        memberHangsUp(world, call) ? { status: 204 } : problem(409, 'CALL_NOT_CONNECTED'),
      ),
  },
  {
    methods: ['POST'],
    pattern: /^\/calls\/([^/]+)\/answer$/,
    help: 'POST /_simulator/calls/{callConnectionId}/answer: picks up a phone that rings for a person',
    handle: (world, _, { parameter }) =>
      withCall(world, parameter, (call) =>
        personAnswers(world, call) ? { status: 204 } : problem(409, 'CALL_NOT_RINGING'),
      ),
  },
  {
    methods: ['POST'],
    pattern: /^\/calls\/([^/]+)\/decline$/,
    help: 'POST /_simulator/calls/{callConnectionId}/decline: declines on a phone that rings for a person',
    handle: (world, _, { parameter }) =>
      withCall(world, parameter, (call) =>
        personDeclines(world, call) ? { status: 204 } : problem(409, 'CALL_NOT_RINGING'),
      ),
  },
  {
    methods: ['GET'],
    pattern: /^\/faults$/,
    help: 'GET /_simulator/faults',
    handle: (world) => ok(world.faults),
  },
  {
    methods: ['PUT'],
    pattern: /^\/faults$/,
    help: 'PUT /_simulator/faults: members to change; the others stay',
    handle(world, _, { body }) {
      const change = changeFaults(world.faults, body);
      if (!change.ok) return problem(422, change.code, change.detail);
      world.setFaults(change.faults);
      return ok(change.faults);
    },
  },
  {
    methods: ['POST'],
    pattern: /^\/rotate-keys$/,
    help: 'POST /_simulator/rotate-keys: sign callbacks with a new key; the old one stays in the key set for a while',
    async handle(_, tokens) {
      await tokens.rotate();
      return ok(tokens.keySet());
    },
  },
  {
    methods: ['POST'],
    pattern: /^\/expire-repeatability$/,
    help: 'POST /_simulator/expire-repeatability: forget every Repeatability-Request-ID',
    handle(world) {
      world.repeated.expire();
      return { status: 204 };
    },
  },
  ...EVENT_GRID_ROUTES,
];

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function setMember(world: World, _: TokenIssuer, { parameter, body }: ControlRequest): Reply {
  if (!E164.test(parameter)) return problem(422, 'INVALID_NUMBER');
  const parsed = parseScript(body);
  if (!parsed.ok) return problem(422, parsed.code, parsed.detail);
  world.members.set(parameter, parsed.behaviour);
  return ok(parsed.behaviour);
}

function withCall(world: World, callConnectionId: string, handle: (call: Call) => Reply): Reply {
  const call = world.calls.find(callConnectionId);
  return call === undefined ? problem(404, 'UNKNOWN_CALL') : handle(call);
}

function press(world: World, _: TokenIssuer, { parameter, body }: ControlRequest): Reply {
  const tones = tonesOf(body);
  if (tones === undefined) return problem(422, 'INVALID_TONES', 'expected {"tones":["one"]} or {"tones":"1#"}');
  return withCall(world, parameter, (call) =>
    pressKeys(world, call, tones) ? { status: 204 } : problem(409, 'CALL_NOT_CONNECTED'),
  );
}

function tonesOf(body: unknown): Tone[] | undefined {
  const tones = typeof body === 'object' && body !== null && 'tones' in body ? body.tones : undefined;
  if (typeof tones === 'string') return tones === '' ? undefined : tonesOfKeys(tones);
  if (!Array.isArray(tones) || tones.length === 0) return undefined;
  return tones.every((tone) => typeof tone === 'string' && isTone(tone)) ? tones : undefined;
}

function listCalls(world: World, query: URLSearchParams) {
  const number = query.get('number');
  const state = query.get('state');
  const limit = Number(query.get('limit') ?? LISTED_DEFAULT);
  const calls = [...world.calls.all()].reverse().filter((call) => {
    if (number !== null && call.facts.request.to !== number) return false;
    return state === null || call.state === state;
  });
  return calls.slice(0, limit > 0 ? Math.min(limit, LISTED_MAX) : LISTED_DEFAULT).map(viewOf);
}
